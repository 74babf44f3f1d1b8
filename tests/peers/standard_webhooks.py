"""Judges webhooks with the library of Standard Webhooks: a JSON object a line in, `good` or `bad` a line out."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(sys.argv[1])
for line in sys.stdin:
    case = json.loads(line)
    headers = {"webhook-id": case["id"], "webhook-timestamp": case["at"], "webhook-signature": case["by"]}
    try:
        webhook.verify(case["body"], headers)
        print("good")
    except WebhookVerificationError:
        print("bad")
