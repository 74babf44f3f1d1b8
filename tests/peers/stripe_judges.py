"""Says whether Stripe's own library believes an event: a JSON object a line in, `good` or `bad` out."""

import json
import sys

import stripe

for line in sys.stdin:
    told = json.loads(line)
    try:
        stripe.Webhook.construct_event(told["payload"].encode(), told["header"], told["secret"], tolerance=300)
        print("good", flush=True)
    except (stripe.SignatureVerificationError, ValueError):
        print("bad", flush=True)
