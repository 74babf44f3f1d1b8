#!/usr/bin/env python3
"""A mail server that fails on purpose: aiosmtpd's protocol with faults of our own.

    python smtp_fault.py --dir DIR [--user app] [--password apppw] [--smtp-port 0] [--http-port 0]
                         [--host-name localhost] [--plain]

It listens on 127.0.0.1 only, and prints one line of JSON when it can be reached:

    {"smtp": 40001, "http": 40002, "ca": "DIR/ca.pem"}

STARTTLS and then AUTH (PLAIN or LOGIN) are demanded. Its certificate is made anew at every start, for
--host-name and 127.0.0.1, and signed by the authority in `ca.pem`. With --plain it offers neither TLS nor
AUTH, as an attacker in the middle would have it.

The local part of a recipient, up to a `+` or `-`, chooses the fault:

    grey      451 at the first attempt for this recipient, accepted from the second on
    unknown   550 after RCPT          full      452 after RCPT
    tempdata  451 after the message   reject    554 after the message
    dropdata  the connection is reset after the message, which is not kept
    dropok    the message is kept, and the connection is reset before the reply
    hang      RCPT is never answered

Over HTTP: `GET /messages` and `GET /attempts` (every RCPT with its reply, null while it hangs) answer JSON,
`DELETE /messages` forgets both and who was greylisted. The server ends with the process that started it.
"""

import argparse
import asyncio
import datetime
import http.server
import ipaddress
import json
import logging
import os
import pathlib
import re
import socket
import ssl
import struct
import threading

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

REPLY_TO_RCPT = {
    "unknown": "550 5.1.1 No such mailbox here",
    "full": "452 4.2.2 That mailbox is full",
}
REPLY_TO_DATA = {
    "tempdata": "451 4.3.0 Try again later",
    "reject": "554 5.7.1 Refused because of what it says",
}


class Mailbox:
    """All that was received; both servers share it."""

    def __init__(self):
        self.messages = []
        self.attempts = []
        self.seen = set()

    def clear(self):
        self.__init__()


class FaultyHandler:
    """Answers as the recipients' local parts ask for."""

    def __init__(self, mailbox):
        self.mailbox = mailbox

    async def handle_RCPT(self, server, session, envelope, address, _options):
        attempt = {"rcpt": address, "reply": None}
        self.mailbox.attempts.append(attempt)
        fault = fault_of(address)
        if fault == "hang":
            await forever()
        reply = REPLY_TO_RCPT.get(fault, "250 2.1.5 OK")
        if fault == "grey" and address.lower() not in self.mailbox.seen:
            self.mailbox.seen.add(address.lower())
            reply = "451 4.7.1 Greylisted, try again"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        attempt["reply"] = reply
        return reply

    async def handle_DATA(self, server, session, envelope):
        faults = {fault_of(address) for address in envelope.rcpt_tos}
        for fault, reply in REPLY_TO_DATA.items():
            if fault in faults:
                return reply
        if "dropdata" in faults:
            await reset(server)
        self.mailbox.messages.append({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "user": session.auth_data,
            "data": envelope.content.decode("utf-8", "replace"),
        })
        if "dropok" in faults:
            await reset(server)
        return f"250 2.0.0 OK: message {len(self.mailbox.messages)}"


def fault_of(address):
    return re.split(r"[+-]", address.partition("@")[0].lower())[0]


async def reset(server):
    """Closes the connection with RST instead of FIN, and never comes back: the library ends the session."""
    linger_not = struct.pack("ii", 1, 0)
    server.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
    server.transport.abort()
    await forever()


async def forever():
    await asyncio.Event().wait()


def control_handler(mailbox):
    """The HTTP side, for the tests."""

    class Control(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            kept = {"/messages": mailbox.messages, "/attempts": mailbox.attempts}.get(self.path)
            self.answer(404 if kept is None else 200, kept)

        def do_DELETE(self):
            if self.path == "/messages":
                mailbox.clear()
            self.answer(200 if self.path == "/messages" else 404, [])

        def answer(self, status, body):
            body = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Control


def write_certificates(folder, host_name):
    """An authority and a server certificate that it signed, good for one day."""
    now = datetime.datetime.now(datetime.timezone.utc)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    server_key = ec.generate_private_key(ec.SECP256R1())
    server = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host_name)])

    def certificate(subject, key, is_authority):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )

    names = [x509.DNSName(host_name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    signed = (
        certificate(server, server_key, False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    root = certificate(authority, authority_key, True).sign(authority_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    key = server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(root.public_bytes(pem))
    (folder / "server.pem").write_bytes(signed.public_bytes(pem))
    (folder / "server.key").write_bytes(key)


async def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--dir", type=pathlib.Path, required=True)
    words.add_argument("--user", default="app")
    words.add_argument("--password", default="apppw")
    words.add_argument("--smtp-port", type=int, default=0)
    words.add_argument("--http-port", type=int, default=0)
    words.add_argument("--host-name", default="localhost")
    words.add_argument("--plain", action="store_true")
    words = words.parse_args()

    # A client that refuses our certificate is a test that passes, not trouble to report.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)

    write_certificates(words.dir, words.host_name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(words.dir / "server.pem", words.dir / "server.key")

    def authenticate(_server, _session, _envelope, _mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (
            words.user.encode(),
            words.password.encode(),
        )
        return AuthResult(success=right, handled=right, auth_data=words.user if right else None)

    mailbox = Mailbox()
    secure = {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": authenticate,
    }

    def session():
        options = {} if words.plain else secure
        return SMTP(FaultyHandler(mailbox), hostname=words.host_name, enable_SMTPUTF8=True, **options)

    smtp = await asyncio.get_running_loop().create_server(session, "127.0.0.1", words.smtp_port)
    control = http.server.ThreadingHTTPServer(("127.0.0.1", words.http_port), control_handler(mailbox))
    threading.Thread(target=control.serve_forever, daemon=True).start()
    ports = {"smtp": smtp.sockets[0].getsockname()[1], "http": control.server_port, "ca": str(words.dir / "ca.pem")}
    print(json.dumps(ports), flush=True)

    starter = os.getppid()
    while os.getppid() == starter:
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    asyncio.run(main())
