//! Passkeys (WebAuthn): a key pair that her device, or a key ring of hers, keeps for this site and opens only to her,
//! by her finger, her face or a PIN. The server knows the public half. Whoever looks over her shoulder sees nothing,
//! and a false page gets nothing: the browser offers a key to the site it was made for and to no other.

use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shared::prim::AnyId;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey as Credential, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use super::link;
use crate::{
    config::Transport,
    store::{Account, CentreId, Passkey},
};

/// What the browser calls us when it asks her.
const CALLED: &str = "Minvei";

/// The site that passkeys are bound to.
pub struct Site(Webauthn);

/// What somebody was asked to do with a passkey, and what her answer is held against.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ceremony {
    /// To make one for her account.
    MakePasskey {
        /// Her centre.
        centre: CentreId,
        /// Who she is.
        user: AnyId,
        /// What was asked of her device.
        state: PasskeyRegistration,
    },
    /// To show one, whoever she is.
    ShowPasskey {
        /// What was asked of her device.
        state: DiscoverableAuthentication,
    },
}

impl Site {
    /// The site as whoever asks has reached it; none for a bare address like `127.0.0.1`, to which no browser binds a
    /// key.
    ///
    /// A false `Host` gains nothing. Which site a key is for is written down and signed by the browser and the device
    /// that keeps it, neither of which reads this header: what she signs on our pages does not fit a name somebody
    /// else has put into it, and on pages of that name her device has no key of ours to sign with.
    #[must_use]
    pub fn of(headers: &HeaderMap, transport: Transport) -> Option<Self> {
        let origin = Url::parse(&link::address(headers, transport, "/")).ok()?;
        let host = origin.domain()?;
        WebauthnBuilder::new(host, &origin).and_then(|builder| builder.rp_name(CALLED).build()).map(Self).ok()
    }

    /// What to ask of the device of somebody who wants to add a passkey to those she has.
    #[must_use]
    pub fn make(&self, account: &Account, has: &[Passkey]) -> Option<(Value, Ceremony)> {
        let Account { centre, user, login, name, .. } = account;
        let known = has.iter().filter_map(|passkey| URL_SAFE_NO_PAD.decode(&passkey.id).ok()).collect();
        let started = self.0.start_passkey_registration(handle(centre, user), login, name, Some(known));
        let (mut challenge, state) = started.ok()?;
        if let Some(selection) = &mut challenge.public_key.authenticator_selection {
            // It must be found without a user name: nobody is asked for one at the door.
            selection.resident_key = None;
            selection.require_resident_key = true;
        }
        let options = serde_json::to_value(challenge.public_key).ok()?;
        Some((options, Ceremony::MakePasskey { centre: centre.clone(), user: user.clone(), state }))
    }

    /// The id and the public half of the key that her device has made, if it has made what it was asked for.
    #[must_use]
    pub fn made(&self, answer: &RegisterPublicKeyCredential, state: &PasskeyRegistration) -> Option<(String, String)> {
        let credential = self.0.finish_passkey_registration(answer, state).ok()?;
        Some((URL_SAFE_NO_PAD.encode(credential.cred_id()), serde_json::to_string(&credential).ok()?))
    }

    /// What to ask of a device on which somebody wants to sign in. It is the same for everybody.
    #[must_use]
    pub fn show(&self) -> Option<(Value, Ceremony)> {
        let (mut challenge, state) = self.0.start_discoverable_authentication().ok()?;
        challenge.public_key.extensions = None;
        let options = serde_json::to_value(challenge.public_key).ok()?;
        Some((options, Ceremony::ShowPasskey { state }))
    }

    /// What is known of a passkey from now on, if it is the one that was shown, by whom it belongs to, as it was
    /// asked for, and not by a copy of it that has signed less often.
    #[must_use]
    pub fn shown(
        &self,
        answer: &PublicKeyCredential,
        state: DiscoverableAuthentication,
        passkey: &Passkey,
    ) -> Option<String> {
        let (whose, _) = self.0.identify_discoverable_authentication(answer).ok()?;
        if whose != handle(&passkey.centre, &passkey.user) {
            return None;
        }
        let mut credential: Credential = serde_json::from_str(&passkey.credential).ok()?;
        let result = self.0.finish_discoverable_authentication_v2(answer, state, &credential).ok()?;
        credential.update_credential(&result)?;
        serde_json::to_string(&credential).ok()
    }
}

/// Which passkey somebody says she shows.
#[must_use]
pub fn id_of(answer: &PublicKeyCredential) -> String {
    URL_SAFE_NO_PAD.encode(answer.get_credential_id())
}

/// What her devices know her by, beside her name: always the same, so that a new key takes the place of an old one.
fn handle(centre: &CentreId, user: &AnyId) -> Uuid {
    let digest: [u8; 32] = Sha256::digest(format!("passkey\n{centre}\n{user}")).into();
    Uuid::from_bytes(std::array::from_fn(|index| digest[index]))
}

#[cfg(test)]
mod tests {
    use axum::http::header::HOST;
    use shared::prim::Id;

    use super::*;

    fn site_of(host: &str, transport: Transport) -> Option<String> {
        let headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
        let (options, _) = Site::of(&headers, transport)?.show()?;
        options["rpId"].as_str().map(str::to_owned)
    }

    #[test]
    fn a_site_is_a_name_without_its_port() {
        assert_eq!(site_of("localhost:8080", Transport::Plain).as_deref(), Some("localhost"));
        assert_eq!(site_of("minvei.example", Transport::Tls).as_deref(), Some("minvei.example"));
        for bare in ["127.0.0.1:8080", "[::1]:8080", "not a host"] {
            assert_eq!(site_of(bare, Transport::Plain), None, "{bare}");
        }
    }

    #[test]
    fn a_handle_is_hers_alone() {
        let (ns, other) = (Id::parse("ns").unwrap(), Id::parse("other").unwrap());
        let (kari, jonas) = (Id::parse("kari").unwrap(), Id::parse("jonas").unwrap());
        assert_eq!(handle(&ns, &kari), handle(&ns, &kari));
        assert_ne!(handle(&ns, &kari), handle(&ns, &jonas));
        assert_ne!(handle(&ns, &kari), handle(&other, &kari));
    }
}
