# Generated from openapi.json by scripts/regenerate; do not edit.
"""The methods of the clients, one for each operation of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..calling import AsyncCaller, AsyncRawCaller, Caller, Options, RawCaller
from ..names import named_arguments
from ..omit import OMIT
from . import responses as _responses
from .tables import OPERATIONS

if TYPE_CHECKING:
    from ..calling import RawResponse
    from ..omit import Omit
    from ..transport import TimeoutTypes
    from .models.generic_response import GenericResponse


class Operations(Caller):
    """One method for each operation."""

    @named_arguments
    def call_contact(
        self,
        *,
        contact_id: str,
        interview_id: str,
        metadata: Mapping[str, Any] | None | Omit = OMIT,
        timeout: TimeoutTypes | None = None,
        deadline: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
        extra_body: Mapping[str, Any] | None = None,
        dedupe_key: str | None = None,
    ) -> GenericResponse:
        """Call a contact.

        This endpoint allows you to initiate a call with a **Contact** using a specific **Agent**. The **Agent**
        will handle the conversation during the call.

        Args:
            contact_id: The ID of the **Contact** that will be called. You cannot call a phone number until you have
                created a **Contact**. By creating a contact, you acknowledge that you have the necessary
                permissions to call the phone number.
            interview_id: The ID of the **Agent** that will be used to make the call. This can be found in the URL
                of the **Agent** page.
            metadata: Additional data that the **Agent** can reference during the call using `{key_name}`. For
                example, if you include `{'additional_data_1': 'value'}`, you can reference `additional_data_1` in
                the **Agent** script as `{additional_data_1}`.
            timeout: Seconds for each phase of this request (connect, read, write), or a `Timeout`; default: the
                client's.
            deadline: Seconds for the whole of it, retries and waiting included; default: the client's.
            extra_headers: Headers to send besides; the keys and the framing cannot be replaced.
            extra_body: Properties of the body that the spec does not name.
            dedupe_key: What makes two requests the same in the ledger; default: a hash of everything that is sent.

        Returns:
            GenericResponse: what the API answered.

        Raises:
            InvalidArgumentError: an argument is missing, unknown or not what the spec allows; nothing was sent.
            NotSentError: no byte of the request left this machine; sending again is safe.
            RejectedError: the API refused the request; its subclasses tell why.
            OutcomeUnknownError: the request may or may not have taken effect; it was not sent again.
            AcceptedUnparsedError: the API accepted the request, but its answer is not what the spec promises.

        Source: POST /contact/call in the API's OpenAPI document.
        """
        return self._request(
            OPERATIONS["call_contact"],
            _responses.call_contact,
            {
                "contact_id": contact_id,
                "interview_id": interview_id,
                "metadata": metadata,
            },
            Options(
                timeout=timeout,
                deadline=deadline,
                extra_headers=extra_headers,
                extra_body=extra_body,
                dedupe_key=dedupe_key,
            ),
        )


class AsyncOperations(AsyncCaller):
    """One coroutine method for each operation."""

    @named_arguments
    async def call_contact(
        self,
        *,
        contact_id: str,
        interview_id: str,
        metadata: Mapping[str, Any] | None | Omit = OMIT,
        timeout: TimeoutTypes | None = None,
        deadline: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
        extra_body: Mapping[str, Any] | None = None,
        dedupe_key: str | None = None,
    ) -> GenericResponse:
        """Call a contact.

        This endpoint allows you to initiate a call with a **Contact** using a specific **Agent**. The **Agent**
        will handle the conversation during the call.

        Args:
            contact_id: The ID of the **Contact** that will be called. You cannot call a phone number until you have
                created a **Contact**. By creating a contact, you acknowledge that you have the necessary
                permissions to call the phone number.
            interview_id: The ID of the **Agent** that will be used to make the call. This can be found in the URL
                of the **Agent** page.
            metadata: Additional data that the **Agent** can reference during the call using `{key_name}`. For
                example, if you include `{'additional_data_1': 'value'}`, you can reference `additional_data_1` in
                the **Agent** script as `{additional_data_1}`.
            timeout: Seconds for each phase of this request (connect, read, write), or a `Timeout`; default: the
                client's.
            deadline: Seconds for the whole of it, retries and waiting included; default: the client's.
            extra_headers: Headers to send besides; the keys and the framing cannot be replaced.
            extra_body: Properties of the body that the spec does not name.
            dedupe_key: What makes two requests the same in the ledger; default: a hash of everything that is sent.

        Returns:
            GenericResponse: what the API answered.

        Raises:
            InvalidArgumentError: an argument is missing, unknown or not what the spec allows; nothing was sent.
            NotSentError: no byte of the request left this machine; sending again is safe.
            RejectedError: the API refused the request; its subclasses tell why.
            OutcomeUnknownError: the request may or may not have taken effect; it was not sent again.
            AcceptedUnparsedError: the API accepted the request, but its answer is not what the spec promises.

        Source: POST /contact/call in the API's OpenAPI document.
        """
        return await self._request(
            OPERATIONS["call_contact"],
            _responses.call_contact,
            {
                "contact_id": contact_id,
                "interview_id": interview_id,
                "metadata": metadata,
            },
            Options(
                timeout=timeout,
                deadline=deadline,
                extra_headers=extra_headers,
                extra_body=extra_body,
                dedupe_key=dedupe_key,
            ),
        )


class RawOperations(RawCaller):
    """One method for each operation, returning raw responses."""

    @named_arguments
    def call_contact(
        self,
        *,
        contact_id: str,
        interview_id: str,
        metadata: Mapping[str, Any] | None | Omit = OMIT,
        timeout: TimeoutTypes | None = None,
        deadline: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
        extra_body: Mapping[str, Any] | None = None,
        dedupe_key: str | None = None,
    ) -> RawResponse[GenericResponse]:
        """As the client's ``call_contact``, returning the response with its head and history."""
        return self._request(
            OPERATIONS["call_contact"],
            _responses.call_contact,
            {
                "contact_id": contact_id,
                "interview_id": interview_id,
                "metadata": metadata,
            },
            Options(
                timeout=timeout,
                deadline=deadline,
                extra_headers=extra_headers,
                extra_body=extra_body,
                dedupe_key=dedupe_key,
            ),
        )


class AsyncRawOperations(AsyncRawCaller):
    """One coroutine method for each operation, returning raw responses."""

    @named_arguments
    async def call_contact(
        self,
        *,
        contact_id: str,
        interview_id: str,
        metadata: Mapping[str, Any] | None | Omit = OMIT,
        timeout: TimeoutTypes | None = None,
        deadline: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
        extra_body: Mapping[str, Any] | None = None,
        dedupe_key: str | None = None,
    ) -> RawResponse[GenericResponse]:
        """As the client's ``call_contact``, returning the response with its head and history."""
        return await self._request(
            OPERATIONS["call_contact"],
            _responses.call_contact,
            {
                "contact_id": contact_id,
                "interview_id": interview_id,
                "metadata": metadata,
            },
            Options(
                timeout=timeout,
                deadline=deadline,
                extra_headers=extra_headers,
                extra_body=extra_body,
                dedupe_key=dedupe_key,
            ),
        )
