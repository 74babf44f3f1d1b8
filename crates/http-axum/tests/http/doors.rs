use axum::http::Method;
use practice_domain::channel::Product;
use practice_http_axum::{Who, openapi, routes};
use serde_json::Value;

use crate::house::{House, PASSWORD};

#[tokio::test]
async fn nobody_gets_through_a_door_that_is_not_theirs() {
    let (house, mut manager) = House::managed().await;
    let (other, owner) = house.another().await;
    let mut outsider = house.browser();
    house.register(&mut outsider, owner, 1).await;
    outsider.sign_in("owner@elsewhere.example", PASSWORD).await.goes_to("/dashboard");
    assert_ne!(other, house.practice);
    for route in routes() {
        let path = route.path.replace("{practice}", &house.practice.to_string());
        let path = path.replace("{id}", &house.first.to_string()).replace("{session}", &house.first.to_string());
        let path = path.replace("{role}", "front-desk");
        let method: Method = route.method.parse().expect("a method");
        let api = path.starts_with("/api/");
        let visitor = house.browser().send(method.clone(), &path, &[], String::new()).await.status.as_u16();
        match (route.may, api, route.method) {
            (Who::Anyone, ..) => assert!(![401, 403].contains(&visitor) || route.method == "POST", "{path}: {visitor}"),
            (Who::LinkHolder, _, "GET") => assert_eq!(visitor, 410, "{path}"),
            (Who::LinkHolder, ..) => assert_eq!(visitor, 415, "{path}"),
            (_, true, _) => assert_eq!(visitor, 401, "{path}"),
            (_, false, "GET") => assert_eq!(visitor, 303, "{path}"),
            (_, false, _) => assert_eq!(visitor, 403, "{path}"),
        }
        if route.may >= Who::UserManager && api && route.may != Who::Product {
            let foreign = outsider.json(method, &path, &[], &Value::Null).await.status.as_u16();
            let refused = if route.method == "GET" { foreign == 404 } else { [403, 404].contains(&foreign) };
            assert!(refused, "{path}: {foreign}");
        }
    }
    let key = format!("Bearer {}", house.key(Product::TruForm).await);
    let elsewhere = format!("/api/v1/practices/{other}/invitations");
    let answer = manager.json(Method::POST, &elsewhere, &[("authorization", &key)], &Value::Null).await;
    answer.refuses(404, "not-found");
}

#[test]
fn the_document_knows_every_route_of_the_api_and_no_other() {
    let document: Value = serde_json::from_str(&openapi()).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let mut documented: Vec<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().expect("an item").keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let api = routes().iter().filter(|route| route.path.starts_with("/api/"));
    let mut served: Vec<String> = api.map(|route| format!("{} {}", route.method, route.path)).collect();
    documented.sort();
    served.sort();
    assert_eq!(documented, served);
}

#[test]
fn every_operation_documents_its_refusals() {
    let document: Value = serde_json::from_str(&openapi()).expect("JSON");
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let responses = operation["responses"].as_object().expect("responses");
            let mut needed = vec!["400", "413", "421", "500", "503"];
            if operation.get("security").is_some() {
                needed.extend(["401", "403"]);
            }
            if operation.get("requestBody").is_some() {
                needed.extend(["415", "422"]);
            }
            if path.contains('{') {
                needed.push("404");
            }
            assert!(needed.iter().all(|status| responses.contains_key(*status)), "{method} {path}: {responses:?}");
        }
    }
    assert!(document["components"]["schemas"]["NewInvitation"]["additionalProperties"] == false);
}
