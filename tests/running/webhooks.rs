use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};

use crate::server::binary;
use crate::visitor::client;

/// A server that texts through Twilio, behind a proxy that ends TLS.
struct Behind {
    child: Child,
    base: String,
    _data: tempfile::TempDir,
}

impl Behind {
    async fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let keys = data.path().join("keys");
        let made = Command::new(binary()).args(["keys", "create", "--file"]).arg(&keys).output().expect("it runs");
        assert!(made.status.success(), "{made:?}");
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let mut command = Command::new(binary());
        command.arg("serve").env("PORTAL_LISTEN", format!("127.0.0.1:{port}")).env("PORTAL_KEYS_FILE", keys);
        command.env("PORTAL_BASE_URL", format!("https://{HOST}")).env("PORTAL_MAIL_TRANSPORT", "sandbox");
        command.env("PORTAL_STORAGE_PATH", data.path().join("portal.db")).env("PORTAL_TEXTS_TRANSPORT", "twilio");
        command.env("PORTAL_TEXTS_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef").env("PORTAL_TEXTS_AUTH", TOKEN);
        command.env("PORTAL_TEXTS_FROM", "+15005550006").stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("the binary was built with the tests");
        let base = format!("http://127.0.0.1:{port}");
        let started = Self { child, base, _data: data };
        started.wait().await;
        started
    }

    async fn wait(&self) {
        let (client, deadline) = (plain(), Instant::now() + Duration::from_secs(60));
        while client.get(format!("{}/readyz", self.base)).send().await.is_err() {
            assert!(Instant::now() < deadline, "the server does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What comes back when this is reported with this signature.
    async fn report(&self, path: &str, signature: Option<&str>, body: &str) -> StatusCode {
        let fields = [("From", "+14155552671"), ("Body", body), ("SmsStatus", "received")];
        let request = plain().post(format!("{}{path}", self.base)).header("host", HOST).form(&fields);
        let request = match signature {
            Some(signature) => request.header("x-twilio-signature", signature),
            None => request,
        };
        request.send().await.expect("an answer").status()
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn plain() -> Client {
    client().build().expect("a client")
}

const HOST: &str = "portal.example.com";
const TOKEN: &str = "0123456789abcdef";

/// WH-05, WH-06: the signature is over the address that people know, whatever the proxy made of it, with its port or without.
#[tokio::test(flavor = "multi_thread")]
async fn a_signed_answer_to_a_text_is_taken_and_no_other() {
    let server = Behind::start().await;
    let (path, plain, with_port) = ("/webhooks/twilio", "91D86wE9on4QoqBZ5b/j9vuDD2Y=", "VFp8WKfZa+rTbGLQrkP5KgsNwZs=");
    assert_eq!(server.report(path, None, "STOP").await, StatusCode::FORBIDDEN);
    assert_eq!(server.report(path, Some("AAAA"), "STOP").await, StatusCode::FORBIDDEN);
    assert_eq!(server.report(path, Some(plain), "START").await, StatusCode::FORBIDDEN, "another body");
    assert_eq!(server.report("/webhooks/twilio?a=1", Some(plain), "STOP").await, StatusCode::FORBIDDEN);
    for signature in [plain, with_port, plain] {
        assert_eq!(server.report(path, Some(signature), "STOP").await, StatusCode::NO_CONTENT);
    }
}
