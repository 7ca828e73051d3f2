/** For Python 3, with nothing to install. */
export const verifyInPython = `# WEBHOOK_SECRETS='whsec_…' python3 verify.py ID TIMESTAMP SIGNATURES BODY_FILE
import base64
import hashlib
import hmac
import os
import re
import sys
import time


def find_refusal(secrets, id, timestamp, signatures, body):
    """Says why a message is not taken, or None. The body is bytes: as it came, before anything parses it."""
    if not re.fullmatch(r"[^.\\s]+", id) or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return "malformed"
    if abs(time.time() - int(timestamp)) > 300:
        return "timestamp"
    signed = f"{id}.{timestamp}.".encode() + body
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        if any(hmac.compare_digest(each.encode(), expected) for each in signatures.split(" ")):
            return None
    return "signature"


with open(sys.argv[4], "rb") as file:
    refusal = find_refusal(os.environ["WEBHOOK_SECRETS"].split(" "), *sys.argv[1:4], file.read())
print(f"refused: {refusal}" if refusal else "good")
sys.exit(1 if refusal else 0)
`
