//! Bad statements: what people, programs, and those who mean harm may send.

/// Each with a name. `place` is a folder in which nothing may appear.
pub(super) fn statements(place: &str) -> Vec<(&'static str, String)> {
    let fixed = WRITES.iter().chain(SHAPES).chain(DOORS).chain(NONSENSE).chain(BOMBS);
    let mut statements: Vec<_> =
        fixed.map(|(name, statement)| (*name, statement.replace("PLACE", place))).collect();
    statements.extend(made());
    statements
}

type Named = &'static [(&'static str, &'static str)];

const WRITES: Named = &[
    ("insert", "insert into calls (number, call_id) values (1, '1')"),
    ("insert default", "insert into users default values"),
    ("insert or replace", "insert or replace into settings values ('a', 'b')"),
    ("replace", "replace into users (user_id) values ('1')"),
    ("upsert", "insert into users (user_id) values ('1') on conflict do update set name = 'x'"),
    ("insert from select", "insert into users (user_id) select call_id from calls"),
    ("insert returning", "insert into users (user_id) values ('1') returning user_id"),
    ("update", "update calls set title = 'x'"),
    ("update returning", "update calls set title = 'x' returning title"),
    (
        "update from",
        "update calls set title = p.name from parties p where p.call_id = calls.call_id",
    ),
    ("update of a view", "update call_overview set title = 'x'"),
    ("delete", "delete from calls"),
    ("delete returning", "delete from calls returning call_id"),
    ("delete with limit", "delete from calls where call_id = '2' limit 1"),
    ("delete of all sentences", "delete from spoken where 1"),
    ("delete in with", "with x as (select 1) delete from calls"),
    ("insert in with", "with x as (select '1' as a) insert into users (user_id) select a from x"),
    ("update in with", "with x as (select 1) update calls set title = null"),
    ("explained delete", "explain delete from calls"),
    ("planned delete", "explain query plan delete from calls"),
    ("write into the schema", "update sqlite_schema set sql = ''"),
    ("delete of the schema", "delete from sqlite_master"),
    ("write into statistics", "insert into sqlite_stat1 values ('a', 'b', 'c')"),
    ("index: delete all", "insert into monologue_words (monologue_words) values ('delete-all')"),
    ("index: rebuild", "insert into monologue_words (monologue_words) values ('rebuild')"),
    ("index: optimize", "insert into monologue_words (monologue_words) values ('optimize')"),
    ("index: check", "insert into monologue_words (monologue_words) values ('integrity-check')"),
    (
        "index: rank",
        "insert into monologue_words (monologue_words, rank) values ('rank', 'bm25(9)')",
    ),
    ("index: a row", "insert into monologue_words (rowid, text) values (1, 'x')"),
    ("index: its data", "delete from monologue_words_data"),
    ("index: its settings", "update monologue_words_config set v = 1"),
];

const SHAPES: Named = &[
    ("create table", "create table x (a)"),
    ("create table as", "create table x as select * from calls"),
    ("create temporary table", "create temp table x (a)"),
    ("create temporary table as", "create temporary table x as select * from sentences"),
    ("create table in temp", "create table temp.x (a)"),
    ("create index", "create index x on calls (title)"),
    ("create view", "create view x as select 1"),
    ("create temporary view", "create temp view x as select 1"),
    ("create trigger", "create trigger x after delete on calls begin select 1; end"),
    (
        "create temporary trigger",
        "create temp trigger x after delete on calls begin delete from users; end",
    ),
    ("create index table", "create virtual table x using fts5 (a)"),
    ("create table of files", "create virtual table x using csv (filename = '/etc/passwd')"),
    ("create vocabulary", "create virtual table x using fts5vocab (monologue_words, row)"),
    ("create tree", "create virtual table temp.x using rtree (a, b, c)"),
    ("create statistics", "create virtual table temp.x using dbstat (main)"),
    ("drop table", "drop table calls"),
    ("drop view", "drop view sentences"),
    ("drop index", "drop index calls_started"),
    ("drop index table", "drop table monologue_words"),
    ("drop if exists", "drop table if exists absent"),
    ("alter name", "alter table calls rename to x"),
    ("alter column", "alter table calls rename column title to x"),
    ("alter add", "alter table calls add column x"),
    ("alter drop", "alter table calls drop column title"),
    ("reindex", "reindex"),
    ("reindex one", "reindex calls"),
    ("analyze", "analyze"),
    ("analyze one", "analyze calls"),
    ("vacuum", "vacuum"),
    ("vacuum into", "vacuum into 'PLACE/copy.db'"),
    ("vacuum one into", "vacuum main into 'PLACE/copy.db'"),
    ("begin", "begin"),
    ("begin immediate", "begin immediate"),
    ("begin exclusive", "begin exclusive transaction"),
    ("commit", "commit"),
    ("end", "end transaction"),
    ("rollback", "rollback"),
    ("savepoint", "savepoint x"),
    ("release", "release x"),
    ("rollback to", "rollback to x"),
];

const DOORS: Named = &[
    ("attach", "attach 'PLACE/new.db' as x"),
    ("attach memory", "attach ':memory:' as x"),
    ("attach address", "attach 'file:PLACE/new.db?mode=rwc' as x"),
    ("attach itself", "attach 'archive.db' as main"),
    ("attach a computed name", "attach ('PLACE' || '/new.db') as x"),
    ("detach", "detach main"),
    ("load extension", "select load_extension('PLACE/x.so')"),
    ("load extension at an entry", "select load_extension('PLACE/x.so', 'main')"),
    ("load extension in a filter", "select 1 from calls where load_extension('x') is null"),
    ("read a file", "select readfile('/etc/passwd')"),
    ("write a file", "select writefile('PLACE/x', 'y')"),
    ("edit", "select edit('x', 'vi')"),
    ("run", "select system('true')"),
    ("file names", "select * from fsdir('/')"),
    ("tokenizer", "select fts3_tokenizer('simple')"),
    ("tokenizer from nowhere", "select fts3_tokenizer('x', x'0102030405060708')"),
    ("pointer of the index", "select fts5(1)"),
    ("what SQLite was built of", "select sqlite_source_id()"),
    ("options of SQLite", "select sqlite_compileoption_get(0)"),
    ("log", "select sqlite_log(1, 'x')"),
    ("random bytes", "select randomblob(8)"),
    ("nodes of trees", "select rtreenode(2, x'00')"),
    ("check of trees", "select rtreecheck('calls')"),
    ("pragma writable_schema", "pragma writable_schema = on"),
    ("pragma query_only", "pragma query_only = off"),
    ("pragma query_only by call", "pragma query_only(0)"),
    ("pragma journal_mode", "pragma journal_mode = delete"),
    ("pragma journal_mode asked", "pragma journal_mode"),
    ("pragma synchronous", "pragma synchronous = off"),
    ("pragma user_version", "pragma user_version = 99"),
    ("pragma application_id", "pragma application_id = 1"),
    ("pragma trusted_schema", "pragma trusted_schema = on"),
    ("pragma wal_checkpoint", "pragma wal_checkpoint(truncate)"),
    ("pragma locking_mode", "pragma locking_mode = exclusive"),
    ("pragma temp_store_directory", "pragma temp_store_directory = 'PLACE'"),
    ("pragma data_store_directory", "pragma data_store_directory = 'PLACE'"),
    ("pragma mmap_size", "pragma mmap_size = 1000000000"),
    ("pragma cache_size", "pragma cache_size = 1000000000"),
    ("pragma hard_heap_limit", "pragma hard_heap_limit = 0"),
    ("pragma soft_heap_limit", "pragma soft_heap_limit = 0"),
    ("pragma optimize", "pragma optimize"),
    ("pragma incremental_vacuum", "pragma incremental_vacuum"),
    ("pragma integrity_check", "pragma integrity_check"),
    ("pragma database_list", "pragma database_list"),
    ("pragma function_list", "select * from pragma_function_list"),
    ("pragma compile_options", "select * from pragma_compile_options"),
    ("pragma by table", "select * from pragma_journal_mode"),
    ("pragma behind main", "pragma main.journal_mode = memory"),
    ("explained pragma", "explain pragma journal_mode = memory"),
    ("pages", "select * from sqlite_dbpage"),
    ("bytes of the database", "select * from sqlite_dbdata"),
    ("statements", "select * from sqlite_stmt"),
    ("memory", "select * from bytecode('select 1')"),
    ("salt", "select value from settings"),
    ("salt by all columns", "select * from settings"),
    ("salt below", "select (select group_concat(value) from settings)"),
    ("salt counted", "select count(*) from settings"),
    ("salt in other letters", "select count(*) from \"SETTINGS\""),
    ("tombstones in other letters", "select count(*) from main.Tombstones as t"),
    (
        "salt guessed by using",
        "select count(*) from settings join (select 'salt' as name) using (name)",
    ),
    ("salt guessed by its nature", "select 1 from (select 'salt' as name) natural join settings"),
    (
        "salt guessed in a subquery",
        "select * from calls where exists (select 1 from (select '1' as value) natural join settings)",
    ),
    (
        "salt guessed in a table of its own",
        "with x as materialized (select 1 from (select 'salt' as name) join main.settings using \
         (name)) select count(*) from x",
    ),
    (
        "tombstones guessed",
        "select 1 from tombstones join (select x'00' as hash) using (hash) limit 1",
    ),
    ("tombstones by a join that is full", "select 1 from calls natural full join tombstones"),
    ("tombstones", "select hex(hash) from tombstones"),
    ("tombstones joined", "select 1 from calls join tombstones on hash = call_id"),
];

const NONSENSE: Named = &[
    ("nothing", ""),
    ("blank", " \n\t "),
    ("semicolon", ";"),
    ("semicolons", ";;;"),
    ("comment", "-- select 1"),
    ("open comment", "/* select 1"),
    ("prose", "Show me all calls with Acme, please."),
    ("markup", "```sql\nselect 1\n```"),
    ("open text", "select 'it"),
    ("open name", "select \"it"),
    ("double quotes for text", "select \"no such thing\""),
    ("stacked", "select 1; select 2"),
    ("stacked write", "select 1; delete from calls"),
    ("stacked door", "select 1; attach 'PLACE/x.db' as x"),
    ("stacked behind a comment", "select 1 /* ; */; /* */ drop table calls"),
    ("stacked behind a line", "select 1; -- x\n pragma user_version = 3"),
    ("stacked before", "begin; select 1"),
    ("nothing, then a write", "; delete from calls"),
    ("a comment, then a write", "-- read only\ndelete from calls"),
    ("NUL before a write", "select 1;\0 delete from calls"),
    ("NUL at the end", "select 1\0"),
    ("parameter", "select * from calls where call_id = ?"),
    ("named parameter", "select * from calls where call_id = :id"),
    ("no column", "select absent from calls"),
    ("no table", "select * from absent"),
    ("no function", "select compute(1)"),
    ("no database", "select * from other.calls"),
    ("too few arguments", "select substr('x')"),
    ("count inside where", "select 1 from calls where count(*) > 1"),
    ("different widths", "select 1 union select 1, 2"),
    ("ambiguous column", "select call_id from calls join parties"),
    ("endless view", "with x as (select * from x) select * from x"),
    ("words of the index", "select rowid from monologue_words where monologue_words match '\"'"),
    (
        "column of the index",
        "select rowid from monologue_words where monologue_words match 'who : x'",
    ),
    ("bad JSON", "select json_extract('{', '$.a')"),
    ("bad path", "select json_extract('{}', 'a')"),
    ("bad pattern", "select 'a' regexp 'a'"),
    (
        "sum beyond numbers",
        "select sum(a) from (select 9223372036854775807 as a union all select 1)",
    ),
    ("least number", "select abs(-9223372036854775807 - 1)"),
];

const BOMBS: Named = &[
    (
        "endless numbers",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n",
    ),
    (
        "endless sort",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n order by -i",
    ),
    (
        "endless set",
        "with recursive n(i) as (select 1 union select i + 1 from n) select count(*) from n",
    ),
    (
        "endless growth",
        "with recursive n(t) as (select 'x' union all select t || t from n) select count(t) from n",
    ),
    (
        "endless list",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select group_concat(i) from n",
    ),
    (
        "endless array",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select json_group_array(i) from n",
    ),
    (
        "endless window",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select sum(i) over (order by i desc) from n",
    ),
    (
        "endless groups",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n group by i",
    ),
    (
        "endless distinct",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select count(distinct i) from n",
    ),
    (
        "endless sorted texts",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select printf('%1000d', i) from n order by 1 desc",
    ),
    ("huge zeros", "select zeroblob(1000000000)"),
    ("huge zeros in digits", "select hex(zeroblob(100000000))"),
    ("huge width", "select length(printf('%.*c', 100000000, 'x'))"),
    ("huge width with spaces", "select length(format('%999999999s', 'x'))"),
    (
        "huge replacement",
        "select length(replace(replace(replace(printf('%1000s', ''), ' ', printf('%1000s', '')), ' ', printf('%1000s', '')), ' ', printf('%100s', '')))",
    ),
    ("huge number", "select 1e1000000 || x"),
    (
        "huge join",
        "select count(*) from sqlite_schema a, sqlite_schema b, sqlite_schema c, sqlite_schema d, sqlite_schema e, sqlite_schema f",
    ),
    (
        "huge sorted join",
        "select a.sql || b.sql || c.sql || d.sql as s from sqlite_schema a, sqlite_schema b, sqlite_schema c, sqlite_schema d order by s desc",
    ),
    (
        "huge sub-query",
        "select count(*) from sqlite_schema a where (select count(*) from sqlite_schema b, sqlite_schema c, sqlite_schema d, sqlite_schema e where b.name > a.name) > 1",
    ),
    (
        "endless tree",
        "with recursive n(a, b) as (select 1, 1 union all select a + b, a from n union all select a, b + 1 from n) select count(*) from n",
    ),
];

/// What is too long to write down.
fn made() -> Vec<(&'static str, String)> {
    let sums = |n: usize| format!("select {}", vec!["1"; n].join(" + "));
    let columns = vec!["1"; 3_000].join(", ");
    let doubled: String = (1..40)
        .fold("with c0 as (select 1 as a union all select 2)".to_owned(), |text, level| {
            format!("{text}, c{level} as (select x.a from c{0} x, c{0} y)", level - 1)
        });
    let tables: Vec<String> = (0..70).map(|it| format!("calls t{it}")).collect();
    vec![
        ("deep sum", sums(5_000)),
        ("deep parentheses", format!("select {}1{}", "(".repeat(5_000), ")".repeat(5_000))),
        ("deep not", format!("select {} 1", "not ".repeat(5_000))),
        ("deep minus", format!("select {} 1", "- ".repeat(20_000))),
        ("deep sub-query", format!("select {}1{}", "(select ".repeat(2_000), ")".repeat(2_000))),
        (
            "deep case",
            format!("select {}1{}", "case when 1 then ".repeat(2_000), " end".repeat(2_000)),
        ),
        ("deep JSON", format!("select json('{}')", "[".repeat(100_000))),
        ("wide columns", format!("select {columns}")),
        ("wide union", vec!["select 1"; 2_000].join(" union all ")),
        (
            "wide values",
            format!("select count(*) from (values {} (1)) where (", "(1), ".repeat(50_000)),
        ),
        ("wide join", format!("select count(*) from {}", tables.join(", "))),
        ("wide call", format!("select max({columns}, {columns})")),
        ("doubled views", format!("{doubled} select count(*) from c39")),
        ("long statement", format!("select '{}'", "x".repeat(5 << 20))),
        ("long pattern", format!("select 'x' like '{}'", "%x".repeat(5_000))),
        ("long glob", format!("select 'x' glob '{}'", "*[a-z]".repeat(5_000))),
        (
            "long search",
            format!(
                "select 1 from monologue_words where monologue_words match '{}x{}'",
                "(".repeat(2_000),
                ")".repeat(2_000)
            ),
        ),
        ("many semicolons", format!("select 1{} drop table calls", ";".repeat(10_000))),
    ]
}
