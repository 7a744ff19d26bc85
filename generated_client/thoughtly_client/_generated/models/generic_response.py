# Generated from openapi.json by scripts/regenerate; do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.generic_response_data import GenericResponseData
    from ..models.generic_response_error_type_0 import GenericResponseErrorType0


T = TypeVar("T", bound="GenericResponse")


@_attrs_define
class GenericResponse:
    """The generic response format for all API requests. This structure ensures consistency in how success and error
    information is returned to the caller.

        Attributes:
            data (GenericResponseData): Contains the response data for the successful request. This field will vary based on
                the specific API endpoint being called and contains the main data returned from the API. For example, it may
                include information about a created contact, agent, or webhook subscription.
            error (GenericResponseErrorType0 | None | Unset): An object containing error details, if any. This field will be
                populated if the API request fails or encounters an error. If the request is successful, this field will be null
                or omitted.
    """

    data: GenericResponseData
    error: GenericResponseErrorType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.generic_response_error_type_0 import GenericResponseErrorType0  # noqa: PLC0415

        data = self.data.to_dict()

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, GenericResponseErrorType0):
            error = self.error.to_dict()
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
            }
        )
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.generic_response_data import GenericResponseData  # noqa: PLC0415
        from ..models.generic_response_error_type_0 import GenericResponseErrorType0  # noqa: PLC0415

        d = dict(src_dict)
        data = GenericResponseData.from_dict(d.pop("data"))

        def _parse_error(data: object) -> GenericResponseErrorType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = GenericResponseErrorType0.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GenericResponseErrorType0 | None | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        generic_response = cls(
            data=data,
            error=error,
        )

        generic_response.additional_properties = d
        return generic_response

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
