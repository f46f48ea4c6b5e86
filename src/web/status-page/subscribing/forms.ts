/** The pages of a subscription: asking for one, confirming it, ending it. They work without scripts. */
import { html } from "ghtml";
import type { StatusPageView } from "../../../core/status-pages/page-view.ts";
import type { SubscriberKind } from "../../../core/status-pages/subscribers/ports.ts";
import type { Words } from "../rendering/words.ts";

export interface SubscribeForm {
  readonly view: StatusPageView;
  readonly action: string;
  readonly kinds: readonly SubscriberKind[];
  /** What is wrong with what was sent; null when nothing was. */
  readonly problem: string | null;
}

export function subscribeForm({ view, action, kinds, problem }: SubscribeForm, words: Words): string {
  const complaint = problem === null ? "" : html`<p class="stale" role="alert">${problem}</p>`;
  const forms = kinds.map((kind) => kindForm(kind, { view, action }, words)).join("");
  return html`<h2>${words.subscribe.title}</h2>!${complaint}<p class="none intro">${words.subscribe.intro}</p>!${forms}`;
}

function kindForm(
  kind: SubscriberKind,
  { view, action }: Pick<SubscribeForm, "view" | "action">,
  words: Words,
): string {
  const { subscribe } = words;
  const label = kind === "email" ? subscribe.email : subscribe.webhook;
  const input =
    kind === "email"
      ? '<input type="email" name="address" autocomplete="email" required maxlength="254">'
      : '<input type="url" name="address" pattern="https?://.+" required maxlength="2000">';
  const sites = view.groups
    .flatMap((group) => group.sites)
    .map(
      ({ siteId, name }) =>
        html`<label class="choice"><input type="checkbox" name="site" value="${siteId}">${name}</label>`,
    );
  const choice =
    sites.length < 2
      ? ""
      : html`<details><summary>${subscribe.choose}</summary><fieldset><legend>${subscribe.chosen}</legend>!${sites.join("")}</fieldset></details>`;
  return html`<form class="card" method="post" action="${action}"><input type="hidden" name="kind" value="${kind}"><label>${label}!${input}</label>!${choice}<button>${subscribe.button}</button></form>`;
}

/** A question that a button answers: what opens links in mails on its own does not answer it. */
export function question(action: string, texts: { readonly title: string; readonly button: string }): string {
  return html`<h2>${texts.title}</h2><form method="post" action="${action}"><button>${texts.button}</button></form>`;
}

export function answer(title: string, text: string, secret: string | null = null): string {
  const shown = secret === null ? "" : html`<p><code class="secret">${secret}</code></p>`;
  return html`<h2>${title}</h2><p class="none">${text}</p>!${shown}`;
}
