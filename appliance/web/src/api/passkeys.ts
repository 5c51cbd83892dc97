import { http } from "./client";

// Passkeys as browsers make and use them. What goes over the wire is base64url, as the box takes it.

/** Not every browser has them, and no page that was opened by a bare address may ask. */
export const passkeysWork = (): boolean => typeof window.PublicKeyCredential === "function" && !/^[\d.]+$|:/.test(location.hostname);

/** The browser can offer passkeys in the field for the account. */
export async function offersInField(): Promise<boolean> {
  return passkeysWork() && ((await window.PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false);
}

/** Signs in; `inField`: only once the person picks a passkey among what the field for the account offers. */
export async function signInWithPasskey(inField: boolean, signal: AbortSignal): Promise<void> {
  const { challenge, host } = await http.get("/passkey-challenge");
  const credential = await navigator.credentials.get({
    publicKey: { challenge: bytes(challenge), rpId: host, userVerification: "required" },
    signal,
    ...(inField ? { mediation: "conditional" as const } : {}),
  });
  await http.post("/sessions/passkey", { json: assertion(credential) });
}

/** The answer of one of the person's own passkeys, to show once more who they are. */
export async function ownAssertion() {
  const { challenge, host, known } = await http.get("/me/passkey-challenge");
  const allowCredentials = known.map((id) => ({ type: "public-key" as const, id: bytes(id) }));
  return assertion(await navigator.credentials.get({ publicKey: { challenge: bytes(challenge), rpId: host, userVerification: "required", allowCredentials } }));
}

/** Has the browser make one, and the box take it. */
export async function makePasskey(name: string) {
  const asked = await http.get("/me/passkey-challenge");
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.host, name: asked.enterprise || "Holdfast" },
      user: { id: bytes(asked.user_handle), name: asked.uid, displayName: asked.name },
      // ES256, Ed25519, RS256: what the box verifies.
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key" as const, alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
      excludeCredentials: asked.known.map((id) => ({ type: "public-key" as const, id: bytes(id) })),
    },
  });
  if (!(made instanceof PublicKeyCredential) || !(made.response instanceof AuthenticatorAttestationResponse)) throw new DOMException("no credential", "NotAllowedError");
  const { clientDataJSON, attestationObject } = made.response;
  return http.post("/me/passkeys", { json: { name, client_data: text(clientDataJSON), attestation: text(attestationObject) } });
}

/** The person closed the browser's window, or took too long: nothing to tell. */
export const wasCancelled = (error: unknown): boolean => error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);

function assertion(credential: Credential | null) {
  if (!(credential instanceof PublicKeyCredential) || !(credential.response instanceof AuthenticatorAssertionResponse)) throw new DOMException("no credential", "NotAllowedError");
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return {
    credential: text(credential.rawId),
    client_data: text(clientDataJSON),
    authenticator_data: text(authenticatorData),
    signature: text(signature),
    ...(userHandle ? { user_handle: text(userHandle) } : {}),
  };
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
