//! Her link: an invitation to choose a password, or a school's way in. The server makes it and tells it once,
//! so it needs a network; everything else on the page does not.

use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};
use shared::{
    Role,
    entity::Key,
    policy::Proof,
    prim::{AnyId, Date, Timestamp},
    registry::Kind,
    sync::engine::Share,
};

use super::accounts::{AccessState, Accounts};
use crate::{
    components::{Dialog, DialogButtons, Notice, PrintButton, Qr, TakeAlong, toast},
    db::use_db,
    i18n::{dates, tr},
    sync::{
        accounts::{self, Invitation},
        net::Fault,
    },
};

/// Where the making of a link stands.
#[derive(Debug, Clone, PartialEq)]
enum Making {
    /// Nobody has asked for it yet.
    NotYet,
    /// The server is asked.
    Asked,
    /// Here it is, this once.
    Made(Invitation),
    /// It could not be made, or not be withdrawn.
    Failed(Fault),
}

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Good {
    /// Whoever has it is in: a school's.
    LetsIn,
    /// With it she chooses what she signs in with.
    Invites,
}

impl Good {
    fn of(role: Role) -> Self {
        match role.proof() {
            Proof::Link => Self::LetsIn,
            Proof::Card | Proof::Password | Proof::Second => Self::Invites,
        }
    }

    fn said(self) -> String {
        match self {
            Self::LetsIn => tr::staff_link_lets_in(),
            Self::Invites => tr::staff_link_invites(),
        }
    }

    fn how(self) -> String {
        match self {
            Self::LetsIn => tr::staff_link_lets_in_how(),
            Self::Invites => tr::staff_link_invites_how(),
        }
    }
}

/// The section about how she signs in: how it stands, her link, withdrawing it.
#[component]
pub fn SignInLink(
    /// Whose link.
    id: AnyId,
    /// What she is called.
    name: Memo<String>,
    /// The part she plays.
    role: Memo<Role>,
    /// Had her access ended, as far as this page has seen?
    was_out: bool,
    /// What the server has told of accounts.
    accounts: Accounts,
) -> impl IntoView {
    let db = use_db();
    let is_online = db.is_online();
    let share = db.share(Kind::Staff, Key::of(&[&id]));
    let making = RwSignal::new(Making::NotYet);
    let button = NodeRef::<html::Button>::new();
    let (shows, asks, replaces) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let good = Memo::new(move |_| Good::of(role.get()));
    let is_own = db.me().user == id;
    let icon = if is_own { "lock" } else { "offline" };
    let hindrance = move || {
        if is_own {
            return Some(tr::staff_link_own());
        }
        if !is_online.get() {
            return Some(tr::staff_link_needs_network());
        }
        (share.get() != Share::Shared).then(|| tr::staff_link_share_first(name.get()))
    };
    let make = {
        let id = id.clone();
        move || {
            // The button is not switched off meanwhile: it would lose the focus.
            if making.with_untracked(|making| *making == Making::Asked) {
                return;
            }
            making.set(Making::Asked);
            let id = id.clone();
            spawn_local(async move {
                let made = match accounts::invite(&id).await {
                    Ok(invitation) => Making::Made(invitation),
                    Err(fault) => Making::Failed(fault),
                };
                let is_made = matches!(made, Making::Made(_));
                // The page may have been left meanwhile.
                let _ = making.try_set(made);
                let _ = shows.try_set(is_made);
                accounts.ask();
            });
        }
    };
    let is_again = {
        let id = id.clone();
        Memo::new(move |_| accounts.has_any(&id))
    };
    // Another one stops what works: nobody is to be led to that.
    let variant = move || is_again.get().then_some("secondary");
    // Where the link is all she has, whoever uses it is out at once.
    let begin = {
        let make = make.clone();
        move |_| {
            let stops = is_again.get_untracked() && good.get_untracked() == Good::LetsIn;
            if stops { replaces.set(true) } else { make() }
        }
    };
    let replace = move |event: SubmitEvent| {
        event.prevent_default();
        replaces.set(false);
        make();
    };
    let can_withdraw = {
        let id = id.clone();
        Memo::new(move |_| accounts.can_withdraw(&id))
    };
    // A password outlives the end of an access, a link does not.
    let needs_link = Memo::new(move |_| {
        let is_made = making.with(|making| matches!(making, Making::Made(_)));
        was_out && good.get() == Good::LetsIn && !is_made
    });
    let withdraw = move || {
        can_withdraw.get().then(|| {
            view! {
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="danger"
                    disabled=move || !is_online.get()
                    on:click=move |_| asks.set(true)
                >
                    {tr::staff_withdraw}
                </button>
            }
        })
    };
    let slip = move || match making.get() {
        Making::Made(invitation) if shows.get() => Some(view! { <Slip invitation name=name.get() good=good.get()/> }),
        Making::NotYet | Making::Asked | Making::Failed(_) | Making::Made(_) => None,
    };
    let link = move || match making.get() {
        Making::Made(invitation) => Some(view! { <Made invitation name open=shows/> }),
        Making::NotYet | Making::Asked | Making::Failed(_) => None,
    };
    view! {
        <section class="card stack" aria-labelledby="staff-sign-in">
            <h2 id="staff-sign-in">{tr::staff_access}</h2>
            <AccessState accounts user=id.clone()/>
            <p>{move || good.get().said()}</p>
            {move || needs_link.get().then(|| view! { <Notice>{tr::staff_link_not_back}</Notice> })}
            {move || hindrance().map(|said| view! { <Notice icon=icon>{said}</Notice> })}
            <Failure making/>
            <div class="actions">
                <button
                    type="button"
                    class="ds-button"
                    data-variant=variant
                    node_ref=button
                    disabled=move || hindrance().is_some()
                    on:click=begin
                >
                    {move || if is_again.get() { tr::staff_link_new() } else { tr::staff_link_make() }}
                </button>
                {withdraw}
            </div>
        </section>
        <Dialog open=shows title=move || tr::staff_link_for(name.get())>
            {link}
        </Dialog>
        <Dialog open=replaces title=tr::staff_link_new lead=move || tr::staff_link_new_what(name.get())>
            <form on:submit=replace.clone() novalidate>
                <DialogButtons
                    send=tr::staff_link_new
                    danger=true
                    cancel=Callback::new(move |()| replaces.set(false))
                />
            </form>
        </Dialog>
        <Dialog open=asks title=tr::staff_withdraw lead=move || withdrawn(good.get(), name.get())>
            <Withdraw id=id.clone() name making open=asks accounts button/>
        </Dialog>
        {slip}
    }
}

/// What happens when her link is withdrawn.
fn withdrawn(good: Good, name: String) -> String {
    match good {
        Good::LetsIn => tr::staff_withdraw_signs_out(name),
        Good::Invites => tr::staff_withdraw_what(name),
    }
}

/// Why the last thing asked for did not work.
#[component]
fn Failure(making: RwSignal<Making>) -> impl IntoView {
    move || {
        let why = making.with(|making| match making {
            Making::Failed(fault) => Some(why(*fault)),
            Making::NotYet | Making::Asked | Making::Made(_) => None,
        });
        why.map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })
    }
}

/// The link, with what can be done with it.
#[component]
fn Made(invitation: Invitation, name: Memo<String>, open: RwSignal<bool>) -> impl IntoView {
    let today = use_db().today();
    let Invitation { link, qr, until } = invitation;
    view! {
        <div class="stack">
            <p class="soft">{tr::staff_link_once}</p>
            <Qr code=qr label=move || tr::staff_link_for(name.get())/>
            <code class="link-code">{link.clone()}</code>
            <p>{move || good_until(until, today)}</p>
            <TakeAlong
                text=link
                copy=tr::staff_link_copy
                copied=tr::staff_link_copied
                failed=tr::staff_link_copy_yourself
            >
                <PrintButton/>
                <button type="button" class="ds-button" on:click=move |_| open.set(false)>
                    {tr::people_card_done}
                </button>
            </TakeAlong>
        </div>
    }
}

/// “Lenken virker én gang, fram til onsdag 2. desember, 10.00.”
fn good_until(until: Option<Timestamp>, today: Memo<Date>) -> String {
    match until {
        Some(until) => tr::staff_link_until(dates::moment(until, today.get())),
        None => tr::staff_link_no_end(),
    }
}

/// The paper: her name, the link, and what to do with it. Nothing of it is on the screen.
#[component]
fn Slip(invitation: Invitation, name: String, good: Good) -> impl IntoView {
    let today = use_db().today();
    let Invitation { link, qr, until } = invitation;
    let label = name.clone();
    view! {
        <div class="print-only print-alone">
            <h2>{tr::app_name} " – " {name}</h2>
            <Qr code=qr label=label/>
            <p>
                <code class="link-code">{link}</code>
            </p>
            <p>{move || good.how()}</p>
            <p>{move || good_until(until, today)}</p>
        </div>
    }
}

/// Withdraws it, when that is really meant.
#[component]
fn Withdraw(
    id: AnyId,
    name: Memo<String>,
    making: RwSignal<Making>,
    open: RwSignal<bool>,
    accounts: Accounts,
    button: NodeRef<html::Button>,
) -> impl IntoView {
    let withdraw = move |event: SubmitEvent| {
        event.prevent_default();
        let id = id.clone();
        making.set(Making::Asked);
        open.set(false);
        spawn_local(async move {
            let ended = accounts::end_invitation(&id).await;
            if ended.is_ok() {
                let name = name.try_get_untracked().unwrap_or_default();
                toast::say(untrack(|| tr::staff_withdrawn(name)));
                // There is nothing to withdraw any more, so that the other button goes.
                if let Some(button) = button.try_get_untracked().flatten() {
                    // Cannot fail for an element of the document.
                    let _ = button.focus();
                }
            }
            let _ = making.try_set(ended.map_or_else(Making::Failed, |()| Making::NotYet));
            accounts.ask();
        });
    };
    let cancel = Callback::new(move |()| open.set(false));
    view! {
        <form on:submit=withdraw novalidate>
            <DialogButtons send=tr::staff_withdraw danger=true cancel/>
        </form>
    }
}

fn why(fault: Fault) -> String {
    match fault {
        Fault::Unreachable => tr::staff_link_needs_network(),
        Fault::Wait { seconds } => tr::auth_wait(seconds),
        Fault::WrongSecret => tr::auth_again(),
        Fault::Forbidden | Fault::Gone => tr::staff_link_refused(),
        Fault::WrongCode | Fault::OtherPerson | Fault::OnlineOnly => tr::auth_not_yet(),
        Fault::Unreadable | Fault::NotYet => tr::auth_not_yet(),
    }
}
