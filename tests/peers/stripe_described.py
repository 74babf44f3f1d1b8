"""Names what Stripe's own library does not know of a request: a JSON object a line in, the names of unknown fields out."""

import inspect
import json
import re
import sys
import typing

import typing_extensions
from stripe import params
from stripe.params import checkout

# What each request is called in the library.
KNOWN = [
    ("GET", r"/v1/customers/search", params.CustomerSearchParams),
    ("POST", r"/v1/customers", params.CustomerCreateParams),
    ("POST", r"/v1/customers/\w+", params.CustomerUpdateParams),
    ("GET", r"/v1/customers/\w+", params.CustomerRetrieveParams),
    ("GET", r"/v1/payment_methods", params.PaymentMethodListParams),
    ("POST", r"/v1/payment_methods/\w+", params.PaymentMethodUpdateParams),
    ("POST", r"/v1/checkout/sessions", checkout.SessionCreateParams),
    ("POST", r"/v1/products", params.ProductCreateParams),
    ("POST", r"/v1/subscriptions", params.SubscriptionCreateParams),
    ("GET", r"/v1/subscriptions", params.SubscriptionListParams),
    ("GET", r"/v1/subscriptions/\w+", params.SubscriptionRetrieveParams),
    ("POST", r"/v1/subscriptions/\w+", params.SubscriptionUpdateParams),
    ("DELETE", r"/v1/subscriptions/\w+", params.SubscriptionCancelParams),
    ("GET", r"/v1/invoices", params.InvoiceListParams),
    ("GET", r"/v1/invoices/\w+", params.InvoiceRetrieveParams),
    ("POST", r"/v1/invoices/\w+", params.InvoiceUpdateParams),
    ("POST", r"/v1/invoices/\w+/pay", params.InvoicePayParams),
    ("POST", r"/v1/invoices/\w+/void", params.InvoiceVoidInvoiceParams),
    ("POST", r"/v1/refunds", params.RefundCreateParams),
    ("GET", r"/v1/events", params.EventListParams),
    ("GET", r"/v1/refunds", params.RefundListParams),
]


def takes(kind, place, module):
    """Whether a type takes a value at this place."""
    if isinstance(kind, str):
        kind = typing.ForwardRef(kind)
    if isinstance(kind, typing.ForwardRef):
        kind = eval(kind.__forward_arg__, vars(module))
    origin = typing_extensions.get_origin(kind)
    if origin in (typing_extensions.NotRequired, typing_extensions.Required):
        return takes(typing_extensions.get_args(kind)[0], place, module)
    arguments = typing_extensions.get_args(kind)
    if origin is typing.Union or type(kind).__name__ == "UnionType":
        return any(takes(one, place, module) for one in arguments)
    if origin is list:
        return bool(place) and place[0].isdigit() and takes(arguments[0], place[1:], module)
    if origin is dict:
        return len(place) == 1
    if inspect.isclass(kind) and typing_extensions.is_typeddict(kind):
        if not place:
            return False
        module = sys.modules[kind.__module__]
        known = {name: one for base in reversed(kind.__mro__) for name, one in getattr(base, "__annotations__", {}).items()}
        return place[0] in known and takes(known[place[0]], place[1:], module)
    return not place


for line in sys.stdin:
    sent = json.loads(line)
    kinds = [kind for method, path, kind in KNOWN if method == sent["method"] and re.fullmatch(path, sent["path"])]
    unknown = []
    for name, _ in sent["fields"]:
        place = [part for part in re.split(r"[\[\]]", name) if part]
        if not kinds or not takes(kinds[0], place, sys.modules[kinds[0].__module__]):
            unknown.append(name)
    print(" ".join(unknown), flush=True)
