//! Targets, and the tables that are uploaded for them.

use gong_sandbox::Sandbox;
use http::Method;
use serde_json::Value;

use crate::harness::{Answer, file, get, sandbox, send};

const HEADER: &str = "Team member identifier,Is Team,Period,Value";

/// The id of a workspace, and the target with this name in it.
async fn target(sandbox: &Sandbox, name: &str) -> (String, Value) {
    let workspace = get(sandbox, "/v2/workspaces").await.items("workspaces")[0]["id"].clone();
    let workspace = workspace.as_str().unwrap().to_owned();
    let path = format!("/v2/targets?workspaceId={workspace}");
    let targets = get(sandbox, &path).await.items("targets");
    let target = targets.into_iter().find(|target| target["name"] == name);
    (workspace, target.unwrap())
}

/// The path to upload a table to.
async fn path(sandbox: &Sandbox, name: &str) -> String {
    let (workspace, target) = target(sandbox, name).await;
    let id = target["id"].as_str().unwrap().to_owned();
    format!("/v2/targets/{id}/assignments?workspaceId={workspace}")
}

async fn upload(sandbox: &Sandbox, path: &str, table: &str) -> Answer {
    send(sandbox, file(Method::POST, path, "file", table.as_bytes())).await
}

#[tokio::test]
async fn targets_are_those_of_a_workspace() {
    let sandbox = sandbox();
    let workspaces = get(&sandbox, "/v2/workspaces").await.items("workspaces");
    let path = format!("/v2/targets?workspaceId={}", workspaces[0]["id"].as_str().unwrap());
    let targets = get(&sandbox, &path).await.items("targets");
    assert!(targets.len() > 1);
    let members: Vec<_> = targets[0].as_object().unwrap().keys().collect();
    let expected =
        ["id", "name", "description", "type", "unit", "hierarchyType", "createdDateTime"];
    assert_eq!(members, expected);
    for (path, expected) in [
        ("/v2/targets", "Required parameter 'workspaceId' is not present"),
        ("/v2/targets?workspaceId=17", "workspaceId is not a workspace of this company"),
    ] {
        assert_eq!(get(&sandbox, path).await.error(), (400, expected.to_owned()));
    }
}

#[tokio::test]
async fn a_table_is_taken() {
    let sandbox = sandbox();
    let path = path(&sandbox, "Meetings held").await;
    let user = get(&sandbox, "/v2/users").await.items("users").remove(4);
    let email = user["emailAddress"].as_str().unwrap();
    let table = format!(
        "{HEADER}\n{email},False,April FY2026,12\n{email},False,Q2 FY2026,40.5\n\
         0055g00000AbCdEQAZ,TRUE,FY2026,200\n"
    );
    let answer = upload(&sandbox, &format!("{path}&validateOnly=true"), &table).await;
    assert_eq!(answer.status, 200);
    let answer = upload(&sandbox, &path, &table).await;
    assert_eq!((answer.status.as_u16(), answer.json().as_object().unwrap().len()), (200, 1));
}

#[tokio::test]
async fn targets_of_money_need_a_currency() {
    let sandbox = sandbox();
    let path = path(&sandbox, "Bookings").await;
    let row = "0055g00000AbCdEQAZ,false,FY2026,200";
    let answer = upload(&sandbox, &path, &format!("{HEADER}\n{row}\n")).await;
    assert_eq!(answer.error(), (400, "The column 'Currency' is missing".to_owned()));
    for (currency, is_right) in [("USD", true), ("usd", false), ("", false)] {
        let table = format!("{HEADER},Currency\n{row},{currency}\n");
        let answer = upload(&sandbox, &path, &table).await;
        assert_eq!(answer.status == 200, is_right, "{currency}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_table_is_said_with_its_line() {
    let sandbox = sandbox();
    let path = path(&sandbox, "Meetings held").await;
    let good = "0055g00000AbCdEQAZ,false,FY2026,200";
    for (table, expected) in [
        (String::new(), "The column 'Team member identifier' is missing".to_owned()),
        (HEADER.to_owned(), "The file has no rows".to_owned()),
        (HEADER.to_lowercase(), "The column 'Team member identifier' is missing".to_owned()),
        (format!("{HEADER},Mood\n{good},fine"), "The column 'Mood' is unknown".to_owned()),
        (format!("{HEADER}\n{good},5"), "line 2: the file is not a table".to_owned()),
        (
            format!("{HEADER}\n{good}\n{good}"),
            "line 3: the same identifier, Is Team, and Period came before".to_owned(),
        ),
        (
            format!("{HEADER}\nnobody@nowhere.example,false,FY2026,200"),
            "line 2: 'nobody@nowhere.example' is no user's email address and no CRM id".to_owned(),
        ),
        (
            format!("{HEADER}\n{}", good.replace("false", "no")),
            "line 2: Is Team must be true or false".to_owned(),
        ),
        (
            format!("{HEADER}\n{}", good.replace("FY2026", "2026")),
            "line 2: Period must be such as April FY2022, Q2 FY2022, or FY2022".to_owned(),
        ),
        (
            format!("{HEADER}\n{}", good.replace("200", "many")),
            "line 2: Value must be a number".to_owned(),
        ),
    ] {
        assert_eq!(upload(&sandbox, &path, &table).await.error(), (400, expected), "{table}");
    }
    let other = file(Method::POST, &path, "dataFile", good.as_bytes());
    let expected = (400, "file part is missing".to_owned());
    assert_eq!(send(&sandbox, other).await.error(), expected);
    let (workspace, _) = target(&sandbox, "Bookings").await;
    for (path, status) in [
        (format!("/v2/targets/17/assignments?workspaceId={workspace}"), 404),
        ("/v2/targets/17/assignments".to_owned(), 400),
        (format!("{path}&validateOnly=maybe"), 400),
    ] {
        assert_eq!(upload(&sandbox, &path, good).await.error().0, status, "{path}");
    }
}
