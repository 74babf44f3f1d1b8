"""Signs what Twilio would sign, with Twilio's own helper: a JSON object a line in, a signature a line out."""

import json
import sys

from twilio.request_validator import RequestValidator

for line in sys.stdin:
    call = json.loads(line)
    fields = {}
    for name, value in call["form"]:
        fields.setdefault(name, []).append(value)
    validator = RequestValidator(call["token"])
    signature = validator.compute_signature(call["url"], fields)
    assert validator.validate(call["url"], fields if call["body"] is None else call["body"], signature), call
    print(signature, flush=True)
