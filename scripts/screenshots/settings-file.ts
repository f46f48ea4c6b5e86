/** `sitewire.yaml` of the pictures: channels, routes, planned maintenance and a status page. */
export const settingsFile = `
channels:
  ops: { type: webhook, url: "https://hooks.example.org/sitewire", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }
  team: { type: slack, url: "https://hooks.slack.com/services/T000/B000/XXXX" }
  on-call: { type: ntfy, url: "https://ntfy.example.org", topic: outages }
routes:
  - match: { tag: payments, severity: down }
    channels: [team, ops]
    escalate: [{ after: 15m, channels: [on-call] }]
  - channels: [team]
maintenance:
  - { name: "Sunday backup", rrule: "FREQ=WEEKLY;BYDAY=SU", start: "2026-01-04T02:00", duration: 1h, timezone: Europe/Berlin, tags: [internal] }
statusPages:
  - slug: example
    title: Example Company
    description: How our services are doing.
    groups:
      - { name: Shops, tags: [payments] }
      - { name: Websites, tags: [web] }
`;
