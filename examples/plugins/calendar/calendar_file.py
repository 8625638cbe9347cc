"""events.ics: an event for each page whose front matter has `event: 2026-03-01 19:00`, and perhaps `venue`."""

from datetime import datetime

import avocet


def line(name, text):
    """A line of a calendar (RFC 5545): special characters are escaped, and at most 75 bytes stand in a line."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    folded, length = "", 0
    for sign in name + ":" + text:
        size = len(sign.encode("utf-8"))
        if length + size > 75:
            folded, length = folded + "\r\n ", 1
        folded, length = folded + sign, length + size
    return folded + "\r\n"


def event(page):
    try:
        begins = datetime.fromisoformat(str(page["meta"]["event"]))
    except ValueError:
        raise avocet.Error("`event: %s` in %s is no date" % (page["meta"]["event"], page["source"]), help="write event: 2026-03-01 19:00")
    begin, site = "BEGIN:VEVENT\r\n", avocet.site
    host = site["url"][: len(site["url"]) - len(site["base"])]
    lines = [line("UID", page["source"] + "@" + host.split("//")[-1]), line("DTSTAMP", begins.strftime("%Y%m%dT%H%M%S"))]
    lines += [line("DTSTART", begins.strftime("%Y%m%dT%H%M%S")), line("SUMMARY", page["title"]), line("URL", host + page["url"])]
    if page["meta"].get("venue"):
        lines.append(line("LOCATION", str(page["meta"]["venue"])))
    return begin + "".join(lines) + "END:VEVENT\r\n"


@avocet.generate
def generate(pages):
    events = [event(page) for page in pages if page["status"] == "published" and "event" in page["meta"]]
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Avocet//calendar//EN\r\n"
    return {avocet.settings["file"]: head + "".join(events) + "END:VCALENDAR\r\n"}


avocet.run()
