//! A device that keeps passkeys, in software: what it makes and signs is what a browser sends (WebAuthn, ES256).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use server::auth::random;
use sha2::{Digest, Sha256};

/// Somebody was there.
pub const PRESENT: u8 = 0x01;
/// The device has seen her finger, her face or her PIN.
pub const VERIFIED: u8 = 0x04;
/// The public half of a key follows.
const WITH_KEY: u8 = 0x40;

/// What a browser and a device write into what is signed.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// The origin of the page.
    pub origin: &'static str,
    /// The site the key is bound to.
    pub site: &'static str,
    /// What the device has seen of her.
    pub seen: u8,
}

/// As it is on our own pages: requests of these tests name no host, and that is `localhost`.
pub const HONEST: Manner = Manner { origin: "http://localhost", site: "localhost", seen: PRESENT | VERIFIED };

/// A key on a device.
pub struct Key {
    id: [u8; 16],
    pair: EcdsaKeyPair,
    /// What the site calls its owner.
    handle: String,
    /// How often it has signed.
    pub count: u32,
}

impl Key {
    /// Makes the key that is asked for, and what the page sends of it.
    pub fn make(options: &Value, manner: Manner) -> (Self, Value) {
        let random_numbers = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random_numbers).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random_numbers);
        let handle = options["user"]["id"].as_str().unwrap().to_owned();
        let key = Self { id: random(), pair: pair.unwrap(), handle, count: 0 };

        let point = key.pair.public_key().as_ref();
        let mut data = key.data(manner.site, manner.seen | WITH_KEY);
        // The make of the device, which it does not tell, and the length of the id.
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(key.id);
        // COSE: an elliptic curve, ES256, P-256, x, y.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..]);
        // CBOR: three entries, the last of them bytes.
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        let response = json!({
            "attestationObject": text(&object),
            "clientDataJSON": text(said("webauthn.create", options, manner).as_bytes()),
            "transports": ["internal", "hybrid"],
        });
        let answer = key.answer(&response);
        (key, answer)
    }

    /// Signs what is asked for, as one who has signed once more.
    pub fn sign(&mut self, options: &Value, manner: Manner) -> Value {
        self.count += 1;
        let data = self.data(manner.site, manner.seen);
        let said = said("webauthn.get", options, manner);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&said));
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        self.answer(&json!({
            "authenticatorData": text(&data),
            "clientDataJSON": text(said.as_bytes()),
            "signature": text(signature.as_ref()),
            "userHandle": self.handle,
        }))
    }

    /// What the site calls the key.
    pub fn id(&self) -> String {
        text(&self.id)
    }

    fn data(&self, site: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(site).to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn answer(&self, response: &Value) -> Value {
        json!({
            "id": self.id(),
            "rawId": self.id(),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
    }
}

/// What the browser says of the page and of what it was asked for.
fn said(kind: &str, options: &Value, manner: Manner) -> String {
    let challenge = &options["challenge"];
    json!({"type": kind, "challenge": challenge, "origin": manner.origin, "crossOrigin": false}).to_string()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
