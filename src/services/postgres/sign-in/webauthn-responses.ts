/** What `PublicKeyCredential.toJSON()` gives (Web Authentication Level 3, section 5.1): texts are base64url. */
import { z } from "zod";

const base64Url = z
  .string()
  .max(20_000)
  .regex(/^[A-Za-z0-9_-]+$/, "must be base64url");

const credential = {
  id: base64Url,
  rawId: base64Url,
  type: z.literal("public-key"),
  clientExtensionResults: z.looseObject({}),
};

export const attestationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64Url,
    attestationObject: base64Url,
    transports: z.array(z.string().max(30)).max(10).exactOptional(),
  }),
});

export const assertionSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64Url,
    authenticatorData: base64Url,
    signature: base64Url,
    userHandle: base64Url.exactOptional(),
  }),
});
