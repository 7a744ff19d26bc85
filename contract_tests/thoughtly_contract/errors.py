"""Every reason for which a check cannot run at all.

    ContractError
    ├── TargetError     the target is refused, unreachable, or answers something that is not HTTP
    ├── NotSentError    the guard held a request back
    ├── SpecError       the spec cannot be read, or holds nothing to check
    ├── UsageError      options that contradict each other or name what does not exist
    ├── TrafficError    a file of recorded traffic cannot be read, or is not what it should be
    ├── EvidenceError   what was found out cannot be written into the overlay
    └── ProcessError    a server that the check needs cannot be started, or died
        └── PrismError  node, Prism or its port is missing, or Prism did not come up

A server that breaks its contract is no error but a failed check. Errors carry facts; only the commands render them.
"""


class ContractError(Exception):
    """Base of every error that this package raises on purpose. ``str()`` is one clear sentence."""


class TargetError(ContractError):
    """The target must not, or cannot, be talked to."""


class NotSentError(ContractError):
    """The guard did not let a request pass. This is no fault of the target, which has not seen it."""


class SpecError(ContractError):
    """The spec cannot be read as an OpenAPI document with operations."""


class UsageError(ContractError):
    """Options that make no sense together, or that name what does not exist."""


class TrafficError(ContractError):
    """A file of recorded traffic, or one of its entries, cannot be read. Names the file and the line or the entry."""


class EvidenceError(ContractError):
    """Evidence cannot be written: it proves nothing, there is no checkout, or the overlay would not compile."""


class ProcessError(ContractError):
    """A server that was to be started did not come up."""


class PrismError(ProcessError):
    """Prism cannot be started: node, the package or a free port is missing, or it died."""
