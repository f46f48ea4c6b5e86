import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { check } from "../checking.ts";
import { httpServer, httpsServer } from "../servers.ts";

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Writes down what it is asked, then answers as `answer` says. */
function recording(asked: Asked[], answer: RequestListener): RequestListener {
  return (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const { method, url, headers } = request;
      asked.push({ method, url, headers, body });
      answer(request, response);
    });
  };
}

function redirecting(status: number, location: string): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { location }).end("moved");
  };
}

const done: RequestListener = (_request, response) => {
  response.end("here");
};

describe("redirects", () => {
  test("are followed to the page at their end, with the phases of all hops", async () => {
    const end = await httpServer(done);
    const start = await httpServer(redirecting(301, `${end}/new?a=b#part`));
    const result = await check({
      url: start,
      regexp: "here",
      options: { finalUrl: { equals: `${end}/new?a=b#part` } },
    });
    expect(result).toMatchObject({ verdict: "up", statusCode: 200, regexpMatched: true });
  });

  test("may be relative, without scheme, and in raw UTF-8", async () => {
    const locations: Readonly<Record<string, string>> = {
      "/": "next",
      "/next": "//HOST/third",
      "/third": Buffer.from("/gr\u00fc\u00dfe").toString("latin1"),
    };
    const asked: Asked[] = [];
    const url = await httpServer(
      recording(asked, (request, response) => {
        const location = locations[request.url ?? ""]?.replace("HOST", request.headers.host ?? "");
        if (location === undefined) response.end("here");
        else response.writeHead(302, { location }).end();
      }),
    );
    expect(await check({ url: `${url}/` })).toMatchObject({ verdict: "up" });
    expect(asked.map((request) => request.url)).toEqual(["/", "/next", "/third", "/gr%C3%BC%C3%9Fe"]);
  });

  test("are judged themselves where the site says so", async () => {
    const url = await httpServer(redirecting(302, "/elsewhere"));
    const options = { followRedirects: false, expectedStatus: "302" } as const;
    expect(await check({ url, options })).toMatchObject({ verdict: "up", statusCode: 302, bytes: 5 });
  });

  test("are limited in number, and the limit counts those that were followed", async () => {
    const listener: RequestListener = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("here");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    };
    const url = await httpServer(listener);
    expect(await check({ url: `${url}/3`, options: { maxRedirects: 3 } })).toMatchObject({ verdict: "up" });
    expect(await check({ url: `${url}/4`, options: { maxRedirects: 3 } })).toMatchObject({
      verdict: "down",
      error: { code: "redirect_limit" },
    });
  });

  test("without a Location are a page like any other", async () => {
    const url = await httpServer((_request, response) => response.writeHead(302).end("here"));
    expect(await check({ url })).toMatchObject({ verdict: "up", statusCode: 302 });
  });

  test("do not wait for the body of the page that redirects", async () => {
    const url = await httpServer((request, response) => {
      if (request.url === "/end") response.end("here");
      else response.writeHead(302, { location: "/end" }).write("a body that never ends");
    });
    expect(await check({ url, timeoutMs: 10_000 })).toMatchObject({ verdict: "up" });
  });

  test("make a GET of a POST at 301, 302 and 303, and leave it a POST at 307 and 308", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const asked: Asked[] = [];
      const url = await httpServer(
        recording(asked, (request, response) => {
          if (request.url === "/end") response.end();
          else response.writeHead(status, { location: "/end" }).end();
        }),
      );
      await check({
        url,
        options: {
          method: "POST",
          body: "a=1",
          headers: { "content-type": "application/x-www-form-urlencoded" },
        },
      });
      const kept = status >= 307;
      expect(asked[1]).toMatchObject({ method: kept ? "POST" : "GET", body: kept ? "a=1" : "" });
      expect(asked[1]?.headers["content-type"] !== undefined).toBe(kept);
    }
  });
});

describe("a redirect to another origin", () => {
  const secrets = {
    headers: { "X-Api-Key": "secret", Cookie: "session=secret", "Accept-Language": "de" },
    authentication: { type: "basic", username: "me", password: "secret" },
  } as const;

  test("gets neither credentials nor the site's own headers", async () => {
    const asked: Asked[] = [];
    const end = await httpServer(recording(asked, done));
    const start = await httpServer(recording(asked, redirecting(302, end)));
    await check({ url: start, options: secrets });
    expect(asked[0]?.headers).toMatchObject({
      authorization: `Basic ${btoa("me:secret")}`,
      "x-api-key": "secret",
      cookie: "session=secret",
    });
    expect(JSON.stringify(asked[1]?.headers)).not.toContain("secret");
    expect(asked[1]?.headers).toMatchObject({ "accept-language": "de" });
  });

  test("loses them for good: they do not come back with the redirect home", async () => {
    const asked: Asked[] = [];
    let home = "";
    const away = await httpServer((request, response) => redirecting(302, `${home}/end`)(request, response));
    home = await httpServer(
      recording(asked, (request, response) => {
        if (request.url === "/end") response.end();
        else response.writeHead(302, { location: away }).end();
      }),
    );
    await check({ url: home, options: secrets });
    expect(asked).toHaveLength(2);
    expect(JSON.stringify(asked[1]?.headers)).not.toContain("secret");
  });

  test("does not get them by a redirect to itself either", async () => {
    const asked: Asked[] = [];
    const away = await httpServer(
      recording(asked, (request, response) => {
        if (request.url === "/again") response.end();
        else response.writeHead(302, { location: "/again" }).end();
      }),
    );
    const start = await httpServer(redirecting(302, away));
    await check({ url: start, options: secrets });
    expect(asked.map(({ url }) => url)).toEqual(["/", "/again"]);
    expect(JSON.stringify(asked)).not.toContain("secret");
  });

  test("does not get a password out of the URL, neither ours nor its own", async () => {
    const asked: Asked[] = [];
    const end = await httpServer(recording(asked, done));
    const start = await httpServer(redirecting(302, end.replace("http://", "http://you:own@")));
    const result = await check({ url: start.replace("http://", "http://me:secret@") });
    expect(asked[0]?.headers.authorization).toBeUndefined();
    expect(JSON.stringify(result)).not.toMatch(/secret|own@/);
  });

  test("is not sent a request's body", async () => {
    const asked: Asked[] = [];
    const end = await httpServer(recording(asked, done));
    const start = await httpServer(redirecting(307, end));
    const result = await check({ url: start, options: { method: "POST", body: "password=secret" } });
    expect(result.error?.code).toBe("redirect_invalid");
    expect(asked).toEqual([]);
  });

  test("may change from http to https, and the certificate is judged", async () => {
    const { url, ca } = await httpsServer(done);
    const start = await httpServer(redirecting(301, url));
    expect(await check({ url: start, options: { tls: { ca } } })).toMatchObject({ verdict: "up" });
    expect(await check({ url: start })).toMatchObject({ error: { code: "tls_untrusted" } });
  });
});

describe("cookies", () => {
  test("that a redirect sets are sent to where it leads, so that a cookie check is no loop", async () => {
    const asked: Asked[] = [];
    const url = await httpServer(
      recording(asked, (request, response) => {
        if (request.headers.cookie?.includes("seen=1")) response.end("here");
        else response.writeHead(302, { location: "/", "set-cookie": ["seen=1; Path=/", "other=2"] }).end();
      }),
    );
    const result = await check({ url, regexp: "here", options: { headers: { cookie: "own=0" } } });
    expect(result).toMatchObject({ verdict: "up" });
    expect(asked.map(({ headers }) => headers.cookie)).toEqual(["own=0", "own=0; seen=1; other=2"]);
  });

  test("do not hide a loop", async () => {
    const url = await httpServer((_request, response) => {
      response.writeHead(302, { location: "/", "set-cookie": "seen=1" }).end();
    });
    expect((await check({ url })).error?.code).toBe("redirect_loop");
  });

  test("of one host are not sent to another, nor kept for the next check", async () => {
    const asked: Asked[] = [];
    const end = (await httpServer(recording(asked, done))).replace("127.0.0.1", "localhost");
    const start = await httpServer(
      recording(asked, (_request, response) => {
        response.writeHead(302, { location: end, "set-cookie": "secret=1" }).end();
      }),
    );
    await check({ url: start });
    await check({ url: start });
    expect(asked).toHaveLength(4);
    expect(asked.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
