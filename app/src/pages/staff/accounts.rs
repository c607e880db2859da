//! What the server knows of accounts: asked for while there is a network, for without one nobody knows.

use leptos::prelude::*;
use shared::{
    entity::Tag,
    policy::Action,
    prim::{AnyId, Date, Timestamp},
};
use wasm_bindgen_futures::spawn_local;

use super::model::{Access, access, can_withdraw};
use crate::{
    components::Icon,
    db::use_db,
    i18n::{dates, tr},
    sync::{
        accounts::{self, Account},
        net::Fault,
    },
};

/// What the server has told of accounts, as long as the page lives.
#[derive(Clone, Copy)]
pub struct Accounts {
    told: RwSignal<Option<Result<Vec<Account>, Fault>>>,
    /// How often the server was asked: an answer that was overtaken is not shown.
    asked: RwSignal<u32>,
    is_online: Signal<bool>,
    now: Memo<Timestamp>,
}

impl Accounts {
    /// Asks the server, and again each time the network comes back.
    pub fn follow() -> Self {
        let db = use_db();
        let known =
            Self { told: RwSignal::new(None), asked: RwSignal::new(0), is_online: db.is_online(), now: db.now() };
        let may_see = Memo::new(move |_| db.can(Action::SeeAccounts, vec![Tag::staff()]));
        Effect::new(move |_| {
            if known.is_online.get() && may_see.get() {
                known.ask();
            }
        });
        known
    }

    /// Asks the server anew: something has changed.
    pub fn ask(self) {
        // The page may have been left meanwhile.
        let Some(number) = self.asked.try_update_untracked(|asked| {
            *asked += 1;
            *asked
        }) else {
            return;
        };
        spawn_local(async move {
            let told = accounts::accounts().await;
            if self.asked.try_get_untracked() == Some(number) {
                let _ = self.told.try_set(Some(told));
            }
        });
    }

    /// How it stands with the access of `user`; nothing while that is not known.
    fn of(self, user: &AnyId) -> Option<Vec<Access>> {
        self.with(user, |account| access(account, self.now.get_untracked()))
    }

    /// Can something that was handed out to `user` be withdrawn, as far as is known?
    pub fn can_withdraw(self, user: &AnyId) -> bool {
        let can = |account: Option<&Account>| account.is_some_and(|one| can_withdraw(one, self.now.get_untracked()));
        self.with(user, can).unwrap_or(false)
    }

    /// Has `user` a way in already, or an invitation to one?
    pub fn has_any(self, user: &AnyId) -> bool {
        self.of(user).is_some_and(|access| !access.contains(&Access::NotInvited))
    }

    fn with<T>(self, user: &AnyId, look: impl FnOnce(Option<&Account>) -> T) -> Option<T> {
        self.told.with(|told| {
            let accounts = told.as_ref()?.as_ref().ok()?;
            Some(look(accounts.iter().find(|account| account.user == *user)))
        })
    }

    fn has_failed(self) -> bool {
        self.told.with(|told| matches!(told, Some(Err(_))))
    }
}

/// How it stands with the access of one person.
#[component]
pub fn AccessState(
    /// What the server has told.
    accounts: Accounts,
    /// Who.
    user: AnyId,
) -> impl IntoView {
    let today = use_db().today();
    move || {
        if let Some(access) = accounts.of(&user) {
            let pills = access.into_iter().map(|one| {
                let (color, icon) = look(one);
                view! {
                    <span class="pill" data-color=color>
                        {icon.map(|name| view! { <Icon name/> })}
                        {move || say(one, today)}
                    </span>
                }
            });
            return view! { <span class="access">{pills.collect_view()}</span> }.into_any();
        }
        let said = match (accounts.is_online.get(), accounts.has_failed()) {
            (false, _) => tr::staff_access_offline(),
            (true, true) => tr::staff_access_unknown(),
            (true, false) => tr::app_loading(),
        };
        view! { <span class="soft small">{said}</span> }.into_any()
    }
}

fn say(access: Access, today: Memo<Date>) -> String {
    match access {
        Access::NotInvited => tr::staff_not_invited(),
        Access::Invited { until } => tr::staff_invited(dates::long_date(until.date())),
        Access::HasLink => tr::staff_has_link(),
        Access::HasPassword => tr::staff_has_password(),
        Access::Active { used } => tr::staff_active(dates::moment(used, today.get())),
        Access::Second => tr::staff_second_on(),
    }
}

/// The colour of a state, and its pictogram.
const fn look(access: Access) -> (Option<&'static str>, Option<&'static str>) {
    match access {
        Access::NotInvited => (Some("warning"), None),
        Access::Invited { .. } | Access::HasLink => (Some("info"), None),
        Access::HasPassword | Access::Active { .. } => (None, None),
        Access::Second => (Some("success"), Some("lock")),
    }
}
