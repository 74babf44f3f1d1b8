use serde_json::json;

use crate::server::Server;
use crate::visitor::{Visitor, token};

/// The main job once, at the most talkative log level: nothing that opens anything, and no address, stands in the log; and nothing
/// that opens anything stands in the database.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_no_address_stands_in_a_log() {
    let server = Server::start();
    let product = Visitor::new(&server.base);
    let (practice, key) = (server.told("Practice id:"), server.told("API key (SecureMail):"));
    let email = "canary.person@brightwater-dental.example";
    let body = json!({
        "inviter": "marisol.vega@brightwater-dental.example", "email": email, "kind": "staff", "placement": "in-practice",
        "first_name": "Canaryfirst", "last_name": "Canarylast", "cell": "(218) 555-0155",
    });
    product.invite(&practice, &key, &body).await.expect("an answer");
    let link = product.link(email, &[]).await;

    let person = Visitor::new(&server.base);
    let (_, opened) = person.get(&link).await;
    let (_, method) = person.send(&token(&opened), "/register", &[]).await;
    let (_, code) = person.send(&token(&method), "/register/verify-identity", &[("method", "text-cell")]).await;
    let digits = newest_code(&product).await;
    let (_, terms) = person.send(&token(&code), "/register/code", &[("code", &digits)]).await;
    let version =
        terms.split("name=\"version\" value=\"").nth(1).expect("a version").split('"').next().expect("a value");
    let (_, choose) = person.send(&token(&terms), "/register/terms", &[("version", version), ("read", "yes")]).await;
    let password = "canary password that is long";
    let fields = [("new_password", password), ("again", password)];
    let (_, done) = person.send(&token(&choose), "/register/password", &fields).await;
    assert!(done.contains("You are registered. Sign in with your new password."), "{done}");
    assert!(!person.sign_in(email, "canary wrong password").await);
    assert!(person.sign_in(email, password).await);

    let link_secret = link.trim_start_matches("/register/");
    let secrets =
        [password, "canary wrong password", link_secret, key.trim_start_matches("pp_"), &digits_in_words(&digits)];
    let personal = [email, "canary.person", "Canaryfirst", "Canarylast", "2185550155", "marisol.vega"];
    let log = server.log();
    assert!(log.lines().count() > 20, "the log is talkative");
    for canary in secrets.iter().chain(&personal) {
        assert!(!log.contains(canary), "{canary} stands in the log");
    }
    let database = server.database();
    for secret in secrets {
        let found = database.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} stands in the database");
    }
}

pub(crate) async fn newest_code(visitor: &Visitor) -> String {
    for _ in 0..400 {
        let (_, text) = visitor.get("/sandbox/phone.json").await;
        let texts: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        if let Some(code) = texts[0]["code"].as_str() {
            return code.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no code came")
}

/// Six digits alone could stand anywhere by chance; with the words around them they cannot.
fn digits_in_words(digits: &str) -> String {
    format!("code is {digits}")
}
