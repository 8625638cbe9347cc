"""How the shared benchmark runs Avocet (BENCH_ENGINES). AVOCET names the binary."""
PEERS["avocet"] = ("avocet", os.environ.get("AVOCET", "avocet") + " build", "public", ".cache", {})
POST_SRC["avocet"] = "content/posts/{}.md"
