// Own words for a channel: what a template may say, and what becomes of one that is wrong.
import { expect, test } from "vitest";
import { UsageError } from "../../../src/contract/errors.ts";
import { noticeText } from "../../../src/core/alerting/wording/notice-text.ts";
import { templateWords } from "../../../src/services/channels/template.ts";
import { aDigest, aNotice, NOTICES } from "./notices.ts";

test("a template names the site, the cause and the time", () => {
  const wordsOf = templateWords({
    title: "{{ incident.site | upcase }} is {{ incident.severity }}",
    text: "{{ incident.url }}\n{% if incident.cause %}{{ incident.cause }}{% endif %}\n{{ incident.since | date: '%H:%M', 'UTC' }}",
  });
  expect(wordsOf(aNotice("opened"))).toEqual({
    title: "SHOP is down",
    lines: ["https://shop.example/", "status: expected 200-399, found 503", "02:03"],
  });
});

test("a template can list what a digest holds", () => {
  const wordsOf = templateWords({
    text: "{{ count }}:{% for one in incidents %} {{ one.site }},{% endfor %}",
  });
  expect(wordsOf(aDigest(3)).lines).toEqual(["3: shop 0, shop 1, shop 2,"]);
});

test("what a template leaves out stays as it is, and a repeated message is marked all the same", () => {
  const notice = aNotice("opened", {}, true);
  const { title, lines } = templateWords({ title: "down" })(notice);
  expect(title).toBe("(repeated) down");
  expect(lines).toEqual(noticeText(notice).lines);
});

test("a test message of a channel with a template says that it is one", () => {
  const notice = NOTICES["a test"];
  if (notice === undefined) throw new Error("there is no such notice");
  expect(templateWords({ title: "{{ incident.site }}" })(notice).title).toMatch(/^TEST/);
});

test.each([
  { title: "{{ incident.site", what: "an output that does not end" },
  { title: "{{ incident.sight }}", what: "a field that is not there" },
  { title: "{{ title | shout }}", what: "a filter that is not there" },
  { title: "{% include '/etc/passwd' %}", what: "a file" },
  { title: "{% render '../../package.json' %}", what: "a file of ours" },
  { title: "{% for a in (1..99999999) %}x{% endfor %}", what: "a loop without end" },
  {
    title:
      "{% for a in (1..9999) %}{% for b in (1..9999) %}{% for c in (1..9999) %}{% endfor %}{% endfor %}{% endfor %}",
    what: "loops that take too long",
  },
])("$what is refused at start, with the field's name", ({ title }) => {
  expect(() => templateWords({ title })).toThrow(UsageError);
  expect(() => templateWords({ title })).toThrow(/^template\.title: /);
});

test("a template that fails on a real message gives way to the standard words", () => {
  const wordsOf = templateWords({ title: "{% if count > 10 %}{{ no.such.field }}{% endif %}" });
  const digest = aDigest(50);
  expect(wordsOf(digest)).toEqual(noticeText(digest));
});
