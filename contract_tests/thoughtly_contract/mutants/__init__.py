"""Servers that the suite itself is tested against: two healthy ones, and many that each have one fault.

Half of the faults are in a small reference server that was written apart from the mock, half are around the mock. They
come from what real servers get wrong, and do not follow what the checks look for: a new check may not change them.
"""

from thoughtly_contract.mutants.access import AUTH
from thoughtly_contract.mutants.answers import ANSWERS
from thoughtly_contract.mutants.crashes import CRASH
from thoughtly_contract.mutants.deeds import SEMANTICS
from thoughtly_contract.mutants.inputs import INPUTS
from thoughtly_contract.mutants.methods import METHOD
from thoughtly_contract.mutants.mutant import Kind, Mutant, Server, mock, reference
from thoughtly_contract.mutants.parameters import PARAMETERS
from thoughtly_contract.mutants.reference import ReferenceServer

MUTANTS = (*ANSWERS, *AUTH, *METHOD, *INPUTS, *PARAMETERS, *CRASH, *SEMANTICS)

__all__ = ["MUTANTS", "Kind", "Mutant", "ReferenceServer", "Server", "mock", "reference"]
