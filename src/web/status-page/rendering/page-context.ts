/** What the routes of status pages share: the pages, who is admitted to them, and their files. */

import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import type { StoredPage } from "../../../core/status-pages/ports.ts";
import { signedInOf } from "../../api/access/access.ts";
import { ProblemError } from "../../api/answering/problem.ts";
import { cookieOf } from "../../cookies.ts";
import { readAssets } from "../assets.ts";
import { isPass, passCookieName } from "../serving/page-access.ts";
import { linksOf, pagePath } from "../serving/paths.ts";
import type { PublishedPages } from "../serving/published-pages.ts";
import type { PageLinks } from "./layout.ts";
import { renderPasswordForm } from "./password-form.ts";

export class PageContext {
  readonly pages: PublishedPages;
  readonly assets = readAssets();
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #version: string;

  constructor(pages: PublishedPages, { database, clock }: Pick<ServerResources, "database" | "clock">) {
    this.pages = pages;
    this.#database = database;
    this.#clock = clock;
    const hash = createHash("sha256");
    for (const { body } of this.assets.values()) hash.update(body);
    this.#version = hash.digest("base64url").slice(0, 8);
  }

  /** Begins the page's addresses within the host of the request: "" where the page has the host to itself. */
  baseOf(request: FastifyRequest, { slug }: StatusPage): string {
    return this.pages.slugOfHost(request.hostname.toLowerCase()) === slug ? "" : pagePath(slug);
  }

  /** The page's absolute address as the visitor reaches it, without a slash at its end. */
  urlOf(request: FastifyRequest, page: StatusPage): string {
    return `${request.protocol}://${request.host}${this.baseOf(request, page)}`;
  }

  links(page: StatusPage, base: string): PageLinks {
    return linksOf(page, base, this.#version);
  }

  /**
   * Returns the page that the request may see. Answers the request and returns null where a password is missing. Throws
   * `ProblemError`, the same one, for a page that is not there and for one that only people who are signed in see.
   */
  async admitted(request: FastifyRequest, reply: FastifyReply, slug: string): Promise<StoredPage | null> {
    const stored = await this.pages.find(slug);
    if (stored === null) throw new ProblemError("not-found", "there is no such status page");
    switch (stored.page.visibility) {
      case "public":
        return stored;
      case "signed-in":
        if ((await signedInOf(request, this.#database))?.actor.rights.includes("read") === true)
          return stored;
        // The same answer as where there is no page: its address is nobody's business.
        throw new ProblemError("not-found", "there is no such status page");
      case "password":
        if (isPass(stored, cookieOf(request.headers.cookie, passCookieName(slug)), this.#clock.now()))
          return stored;
        this.askForPassword(reply, stored, false);
        return null;
      default:
        return stored.page.visibility satisfies never;
    }
  }

  /** Says nothing of the page, not even its title. */
  askForPassword(reply: FastifyReply, { page }: StoredPage, wasWrong: boolean): void {
    reply
      .code(401)
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-store")
      .send(renderPasswordForm(page.language, { slug: page.slug, wasWrong, version: this.#version }));
  }
}
