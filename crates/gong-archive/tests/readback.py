"""Reads an export with other implementations: every Parquet file with pyarrow and with DuckDB, and
the front matter of every Markdown file with PyYAML. Prints what is in them as JSON."""

import datetime
import glob
import json
import os
import sys

import duckdb
import pyarrow
import pyarrow.parquet
import yaml

out = sys.argv[1]
found = {"tables": {}}
for table in ["calls", "parties", "sentences"]:
    pattern = os.path.join(out, table, "*", "*.parquet")
    files = sorted(glob.glob(pattern))
    rows = 0
    ids = []
    for name in files:
        read = pyarrow.parquet.ParquetFile(name)
        assert read.schema_arrow.field("call_id").type == pyarrow.string(), read.schema_arrow
        assert read.metadata.row_group(0).column(0).compression == "ZSTD"
        one = read.read()
        rows += one.num_rows
        ids += one.column("call_id").to_pylist()
    duck = duckdb.sql(
        f"select call_id, month from read_parquet('{pattern}', hive_partitioning = true)"
    ).fetchall()
    assert sorted(ids) == sorted(id for id, _ in duck), table
    assert rows == len(duck), table
    months = {os.path.basename(os.path.dirname(name)) for name in files}
    assert months == {f"month={month}" for _, month in duck}, table
    found["tables"][table] = {"rows": rows, "ids": sorted(set(ids))}

calls = os.path.join(out, "calls", "*", "*.parquet")
started = pyarrow.parquet.ParquetFile(sorted(glob.glob(calls))[0]).schema_arrow.field("started")
assert started.type == pyarrow.timestamp("ms", tz="UTC"), started
kind = duckdb.sql(f"select typeof(started) from '{calls}' limit 1").fetchall()[0][0]
assert kind == "TIMESTAMP WITH TIME ZONE", kind
found["started"] = dict(
    duckdb.sql(f"select call_id, epoch_ms(started) from '{calls}'").fetchall()
)
sentences = os.path.join(out, "sentences", "*", "*.parquet")
found["characters"] = duckdb.sql(f"select sum(length(text)) from '{sentences}'").fetchall()[0][0]

found["titles"] = {}
for name in glob.glob(os.path.join(out, "*", "*.md")):
    with open(name, encoding="utf-8", newline="") as file:
        _, front, _ = file.read().split("---\n", 2)
    facts = yaml.safe_load(front)
    assert isinstance(facts["id"], str)
    moment = datetime.datetime.fromisoformat(facts["started"].replace("Z", "+00:00"))
    assert moment.tzinfo is not None
    found["titles"][facts["id"]] = facts.get("title")

print(json.dumps(found))
