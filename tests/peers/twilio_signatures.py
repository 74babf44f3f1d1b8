"""Signs what Twilio would sign, with Twilio's own helper: a JSON object a line in, a signature a line out."""

import json
import sys

from twilio.request_validator import RequestValidator


class Fields(dict):
    """Fields that may come twice, as web frameworks hand them over."""

    def getall(self, name):
        return self[name]


for line in sys.stdin:
    call = json.loads(line)
    fields = Fields()
    for name, value in call["form"]:
        fields.setdefault(name, []).append(value)
    validator = RequestValidator(call["token"])
    signature = validator.compute_signature(call["url"], fields)
    assert validator.validate(call["url"], fields if call["body"] is None else call["body"], signature), call
    print(signature, flush=True)
