# Generated from openapi.json by scripts/regenerate; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CallContactMetadata")


@_attrs_define
class CallContactMetadata:
    """Additional data that the **Agent** can reference during the call using `{key_name}`. For example, if you include
    `{'additional_data_1': 'value'}`, you can reference `additional_data_1` in the **Agent** script as
    `{additional_data_1}`.

        Attributes:
            additional_data_1 (str | Unset):
    """

    additional_data_1: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        additional_data_1 = self.additional_data_1

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if additional_data_1 is not UNSET:
            field_dict["additional_data_1"] = additional_data_1

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        additional_data_1 = d.pop("additional_data_1", UNSET)

        call_contact_metadata = cls(
            additional_data_1=additional_data_1,
        )

        call_contact_metadata.additional_properties = d
        return call_contact_metadata

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
