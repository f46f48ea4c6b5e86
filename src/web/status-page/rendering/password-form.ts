/** Asks for the password of a status page. */
import { html } from "ghtml";
import type { StatusPageLanguage } from "../../../contract/settings/status-page.ts";
import { ASSETS_PATH, pagePath } from "../serving/paths.ts";
import { wordsOf } from "./words.ts";

export function renderPasswordForm(
  language: StatusPageLanguage,
  {
    slug,
    wasWrong,
    version,
  }: { readonly slug: string; readonly wasWrong: boolean; readonly version: string },
): string {
  const words = wordsOf(language);
  const complaint = wasWrong ? html`<p class="stale" role="alert">${words.wrongPassword}</p>` : "";
  return html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>${words.password}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${ASSETS_PATH}/status-page.css?${version}"></head><body><header><h1>${words.protectedPage}</h1></header><main>!${complaint}<form class="card" method="post" action="${pagePath(slug)}/enter"><label>${words.password}<input type="password" name="password" autocomplete="current-password" required maxlength="1000"></label><button>${words.enter}</button></form></main></body></html>`;
}
