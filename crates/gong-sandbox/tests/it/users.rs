//! The users operations.

use serde_json::{Value, json};

use crate::harness::{all_of, get, post, sandbox};

#[tokio::test]
async fn inactive_users_are_listed_and_avatars_are_not() {
    let sandbox = sandbox();
    let users = all_of(&sandbox, "/v2/users?x=y", "users").await;
    assert!(users.iter().any(|user| user["active"] == false));
    let with_avatars = all_of(&sandbox, "/v2/users?includeAvatars=true", "users").await;
    assert!(with_avatars.len() > users.len());
    assert_eq!(get(&sandbox, "/v2/users?includeAvatars=maybe").await.error().0, 400);
}

#[tokio::test]
async fn one_user_is_found_by_id() {
    let sandbox = sandbox();
    let user = get(&sandbox, "/v2/users").await.items("users").remove(4);
    let path = format!("/v2/users/{}", user["id"].as_str().unwrap());
    assert_eq!(get(&sandbox, &path).await.json()["user"], user);
    assert_eq!(get(&sandbox, "/v2/users/1").await.error().0, 404);
}

#[tokio::test]
async fn users_are_filtered_by_id_and_creation() {
    let sandbox = sandbox();
    let users = all_of(&sandbox, "/v2/users?x=y", "users").await;
    let ask = async |filter: Value| {
        post(&sandbox, "/v2/users/extensive", json!({ "filter": filter })).await.items("users")
    };
    assert_eq!(ask(json!({})).await, users);
    let ids = json!([users[3]["id"], "17", users[1]["id"]]);
    assert_eq!(ask(json!({ "userIds": ids })).await, [users[1].clone(), users[3].clone()]);
    let created =
        |user: &Value| -> jiff::Timestamp { user["created"].as_str().unwrap().parse().unwrap() };
    let bound = created(&users[20]);
    let (later, earlier): (Vec<Value>, Vec<Value>) =
        users.iter().cloned().partition(|user| created(user) >= bound);
    assert_eq!(ask(json!({ "createdFromDateTime": bound })).await, later);
    assert_eq!(ask(json!({ "createdToDateTime": bound })).await, earlier);
}

#[tokio::test]
async fn no_users_are_an_empty_list() {
    let body = json!({ "filter": { "userIds": ["17"] } });
    let answer = post(&sandbox(), "/v2/users/extensive", body).await;
    assert!(answer.items("users").is_empty());
    let records = json!({ "totalRecords": 0, "currentPageSize": 0, "currentPageNumber": 0 });
    assert_eq!(answer.json()["records"], records);
    assert_eq!(post(&sandbox(), "/v2/users/extensive", json!({})).await.error().0, 400);
}
