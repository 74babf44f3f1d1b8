#!/usr/bin/env python3
"""A real mail server, exim, in a folder of its own. Needs root, because exim looks its user up and becomes it.

    python smtp_exim.py --dir DIR [--user app] [--password apppw]

It listens on 127.0.0.1 only, hands each connection to an exim of its own, and prints one line of JSON:

    {"smtp": 40001, "ca": "DIR/ca.pem", "mail": "DIR/mail"}

STARTTLS and then AUTH PLAIN are demanded. Every recipient is accepted, but for two: `unknown@...` gets 550, and
`grey@...` gets a real 451 for the first three seconds. Mail lies in `mail/new`, one file each, with the queue's
own headers; DIR/log/mainlog tells the rest. DIR is given to exim's user, who must be able to reach it. The server
ends with the process that started it.
"""

import argparse
import json
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from smtp_fault import write_certificates  # noqa: E402

TOOLS = pathlib.Path(os.environ.get("PORTAL_TOOLS", pathlib.Path(__file__).parents[2] / "target" / "tools"))

CONFIGURATION = """
primary_hostname = localhost
exim_path = {exim}
spool_directory = {dir}/spool
log_file_path = {dir}/log/%slog
keep_environment =
deliver_drop_privilege
domainlist local_domains = *
never_users =
host_lookup =
rfc1413_hosts =
tls_advertise_hosts = *
tls_certificate = {dir}/server.pem
tls_privatekey = {dir}/server.key
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_mail = check_mail
acl_smtp_rcpt = check_rcpt

begin acl
check_mail:
  deny message = Must issue a STARTTLS command first
       !encrypted = *
  deny message = Authentication required
       !authenticated = *
  accept
check_rcpt:
  deny message = No such mailbox here
       local_parts = unknown
  defer message = Greylisted, try again
       local_parts = grey
       condition = ${{if <{{$tod_epoch}}{{{grey_until}}}}}
  accept

begin routers
all:
  driver = accept
  transport = keep

begin transports
keep:
  driver = appendfile
  directory = {dir}/mail
  maildir_format
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
  user = Debian-exim

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


def serve(listener, command):
    """Hands each connection to an exim of its own, as inetd does; while waiting, ends with the starter."""
    starter = os.getppid()
    listener.settimeout(0.5)
    running = []
    while os.getppid() == starter:
        running = [session for session in running if session.poll() is None]
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection:
            running.append(subprocess.Popen(command, stdin=connection, stdout=connection, stderr=subprocess.DEVNULL))


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--dir", type=pathlib.Path, required=True)
    words.add_argument("--user", default="app")
    words.add_argument("--password", default="apppw")
    words = words.parse_args()

    folder = words.dir.resolve()
    write_certificates(folder, "localhost")
    for part in ["spool", "log", "mail"]:
        (folder / part).mkdir(exist_ok=True)
    exim = TOOLS / "exim" / "exim4"
    configuration = folder / "exim.conf"
    configuration.write_text(CONFIGURATION.format(
        dir=folder, exim=exim, user=words.user, password=words.password, grey_until=int(time.time()) + 3,
    ))
    configuration.chmod(0o644)
    user = pwd.getpwnam("Debian-exim")
    for path in [folder, *folder.iterdir()]:
        if path != configuration:
            os.chown(path, user.pw_uid, user.pw_gid)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        print(json.dumps({"smtp": port, "ca": str(folder / "ca.pem"), "mail": str(folder / "mail")}), flush=True)
        serve(listener, [exim, "-C", configuration, "-bs"])


if __name__ == "__main__":
    main()
