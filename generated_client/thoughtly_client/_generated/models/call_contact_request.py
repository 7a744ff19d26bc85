# Generated from openapi.json by scripts/regenerate; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.call_contact_metadata import CallContactMetadata


T = TypeVar("T", bound="CallContactRequest")


@_attrs_define
class CallContactRequest:
    """
    Attributes:
        contact_id (str): The ID of the **Contact** that will be called. You cannot call a phone number until you have
            created a **Contact**. By creating a contact, you acknowledge that you have the necessary permissions to call
            the phone number.
        interview_id (str): The ID of the **Agent** that will be used to make the call. This can be found in the URL of
            the **Agent** page.
        metadata (CallContactMetadata | None | Unset): Additional data that the **Agent** can reference during the call
            using `{key_name}`. For example, if you include `{'additional_data_1': 'value'}`, you can reference
            `additional_data_1` in the **Agent** script as `{additional_data_1}`.
    """

    contact_id: str
    interview_id: str
    metadata: CallContactMetadata | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.call_contact_metadata import CallContactMetadata  # noqa: PLC0415

        contact_id = self.contact_id

        interview_id = self.interview_id

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, CallContactMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "contact_id": contact_id,
                "interview_id": interview_id,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.call_contact_metadata import CallContactMetadata  # noqa: PLC0415

        d = dict(src_dict)
        contact_id = d.pop("contact_id")

        interview_id = d.pop("interview_id")

        def _parse_metadata(data: object) -> CallContactMetadata | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_call_contact_metadata_type_0 = CallContactMetadata.from_dict(data)

                return componentsschemas_call_contact_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CallContactMetadata | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        call_contact_request = cls(
            contact_id=contact_id,
            interview_id=interview_id,
            metadata=metadata,
        )

        call_contact_request.additional_properties = d
        return call_contact_request

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
