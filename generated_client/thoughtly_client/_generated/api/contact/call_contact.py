# Generated from openapi.json by scripts/regenerate; do not edit.
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.call_contact_request import CallContactRequest
from ...models.generic_response import GenericResponse
from ...types import Response


def _get_kwargs(
    *,
    body: CallContactRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/contact/call",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> GenericResponse | None:
    if response.status_code == 200:
        response_200 = GenericResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = GenericResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = GenericResponse.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = GenericResponse.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = GenericResponse.from_dict(response.json())

        return response_404

    if response.status_code == 413:
        response_413 = GenericResponse.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = GenericResponse.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = GenericResponse.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = GenericResponse.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[GenericResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CallContactRequest,
) -> Response[GenericResponse]:
    """Call a contact

     This endpoint allows you to initiate a call with a **Contact** using a specific **Agent**. The
    **Agent** will handle the conversation during the call.

    Args:
        body (CallContactRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GenericResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: CallContactRequest,
) -> GenericResponse | None:
    """Call a contact

     This endpoint allows you to initiate a call with a **Contact** using a specific **Agent**. The
    **Agent** will handle the conversation during the call.

    Args:
        body (CallContactRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GenericResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CallContactRequest,
) -> Response[GenericResponse]:
    """Call a contact

     This endpoint allows you to initiate a call with a **Contact** using a specific **Agent**. The
    **Agent** will handle the conversation during the call.

    Args:
        body (CallContactRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GenericResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CallContactRequest,
) -> GenericResponse | None:
    """Call a contact

     This endpoint allows you to initiate a call with a **Contact** using a specific **Agent**. The
    **Agent** will handle the conversation during the call.

    Args:
        body (CallContactRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GenericResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
