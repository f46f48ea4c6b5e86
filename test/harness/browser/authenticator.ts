// A passkey as a phone or a security key holds it: an ES256 key that signs challenges (Web Authentication Level 3).
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

const FLAGS_PRESENT_AND_VERIFIED = 0x05;
const FLAG_HAS_KEY = 0x40;

export interface Authenticator {
  /** Answers `navigator.credentials.create`. */
  create(options: { readonly challenge: string; readonly rp: { readonly id?: string } }): object;
  /** Answers `navigator.credentials.get`. */
  get(options: { readonly challenge: string; readonly rpId?: string }): { readonly id: string };
}

/** `origin` is the page that asks, which an authenticator cannot be told a lie about. */
export function createAuthenticator(origin: string, relyingParty: string): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(16);
  let counter = 0;
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const head = (flags: number): Buffer => {
    counter += 1;
    const fixed = Buffer.alloc(5);
    fixed.writeUInt8(flags);
    fixed.writeUInt32BE(counter, 1);
    return Buffer.concat([createHash("sha256").update(relyingParty).digest(), fixed]);
  };
  const clientData = (type: string, challenge: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const credential = {
    id: id.toString("base64url"),
    rawId: id.toString("base64url"),
    type: "public-key",
    clientExtensionResults: {},
  };
  return {
    create({ challenge }) {
      // COSE: 1 key type EC2, 3 algorithm ES256, -1 curve P-256, -2 x, -3 y (RFC 9053, section 7.1.1).
      const key = Buffer.concat([
        Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
        cborBytes(Buffer.from(x, "base64url")),
        Buffer.from([0x22]),
        cborBytes(Buffer.from(y, "base64url")),
      ]);
      const length = Buffer.from([0, id.length]);
      const data = Buffer.concat([
        head(FLAGS_PRESENT_AND_VERIFIED | FLAG_HAS_KEY),
        Buffer.alloc(16),
        length,
        id,
        key,
      ]);
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        cborText("fmt"),
        cborText("none"),
        cborText("attStmt"),
        Buffer.from([0xa0]),
        cborText("authData"),
        cborBytes(data),
      ]);
      return {
        ...credential,
        response: {
          clientDataJSON: clientData("webauthn.create", challenge).toString("base64url"),
          attestationObject: attestation.toString("base64url"),
          transports: ["internal"],
        },
      };
    },
    get({ challenge }) {
      const authenticatorData = head(FLAGS_PRESENT_AND_VERIFIED);
      const client = clientData("webauthn.get", challenge);
      const signed = Buffer.concat([authenticatorData, createHash("sha256").update(client).digest()]);
      return {
        ...credential,
        response: {
          clientDataJSON: client.toString("base64url"),
          authenticatorData: authenticatorData.toString("base64url"),
          signature: sign("sha256", signed, privateKey).toString("base64url"),
        },
      };
    },
  };
}

/** RFC 8949, section 3: major type 2, lengths below 256. */
function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x58, bytes.length]), bytes]);
}

/** Major type 3, lengths below 24. */
function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}
