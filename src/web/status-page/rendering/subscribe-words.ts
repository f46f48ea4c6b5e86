/** The words of subscriptions, one object a language. */
import type { SubscriberKind } from "../../../core/status-pages/subscribers/ports.ts";

interface Question {
  readonly title: string;
  readonly button: string;
}

interface Answer {
  readonly title: string;
  readonly text: string;
}

export interface SubscribeWords {
  readonly title: string;
  readonly intro: string;
  readonly email: string;
  readonly webhook: string;
  readonly choose: string;
  readonly chosen: string;
  readonly button: string;
  readonly wrongAddress: string;
  readonly askedTitle: string;
  readonly asked: Readonly<Record<SubscriberKind, string>>;
  readonly confirm: Question;
  readonly confirmed: Answer & { readonly secret: string };
  readonly end: Question;
  readonly ended: Answer;
  readonly invalid: Answer;
}

export const englishSubscribing: SubscribeWords = {
  title: "Subscribe to updates",
  intro:
    "We write when an incident begins, when there is news of it, when it ends, and before planned maintenance.",
  email: "E-mail address",
  webhook: "Webhook address",
  choose: "Only some systems",
  chosen: "Messages about these systems; all when none is chosen",
  button: "Subscribe",
  wrongAddress: "This address cannot be used. Please check it.",
  askedTitle: "One more step",
  asked: {
    email:
      "If this address is not subscribed yet, it gets a message with a link. Open it to confirm the subscription.",
    webhook:
      "If this address is not subscribed yet, it gets a request with a link. Send a POST to it to confirm.",
  },
  confirm: {
    title: "Do you want messages about incidents and maintenance?",
    button: "Confirm the subscription",
  },
  confirmed: {
    title: "You are subscribed",
    text: "We write to you when something happens. Each message has a link that ends the subscription.",
    secret: "Messages are signed with this secret (Standard Webhooks). It is shown only now.",
  },
  end: { title: "Do you want no more messages?", button: "Unsubscribe" },
  ended: { title: "You are unsubscribed", text: "No more messages are sent to you." },
  invalid: {
    title: "This link is not valid any more",
    text: "It was used, it is too old, or it is not complete. Subscribe again to get a new one.",
  },
};

export const germanSubscribing: SubscribeWords = {
  title: "Benachrichtigungen abonnieren",
  intro:
    "Wir schreiben, wenn eine Störung beginnt, wenn es Neues gibt, wenn sie behoben ist, und vor geplanten Wartungen.",
  email: "E-Mail-Adresse",
  webhook: "Webhook-Adresse",
  choose: "Nur einige Systeme",
  chosen: "Nachrichten zu diesen Systemen; zu allen, wenn keines gewählt ist",
  button: "Abonnieren",
  wrongAddress: "Diese Adresse ist nicht verwendbar. Bitte prüfen Sie sie.",
  askedTitle: "Noch ein Schritt",
  asked: {
    email:
      "Falls diese Adresse noch kein Abonnement hat, erhält sie eine Nachricht mit einem Link. Öffnen Sie ihn, um das Abonnement zu bestätigen.",
    webhook:
      "Falls diese Adresse noch kein Abonnement hat, erhält sie eine Anfrage mit einem Link. Ein POST an ihn bestätigt es.",
  },
  confirm: { title: "Möchten Sie Nachrichten zu Störungen und Wartungen?", button: "Abonnement bestätigen" },
  confirmed: {
    title: "Ihr Abonnement ist bestätigt",
    text: "Wir schreiben Ihnen, wenn etwas geschieht. In jeder Nachricht steht ein Link zum Abbestellen.",
    secret: "Nachrichten sind mit diesem Geheimnis signiert (Standard Webhooks). Es wird nur jetzt gezeigt.",
  },
  end: { title: "Möchten Sie keine Nachrichten mehr?", button: "Abbestellen" },
  ended: { title: "Ihr Abonnement ist beendet", text: "Sie erhalten keine Nachrichten mehr." },
  invalid: {
    title: "Dieser Link gilt nicht mehr",
    text: "Er wurde benutzt, ist zu alt oder unvollständig. Abonnieren Sie erneut, um einen neuen zu erhalten.",
  },
};
