//! Language, this device, and signing out.

mod connections;
mod devices;
mod passkeys;
mod second;

use leptos::{html::Input, prelude::*};
use shared::{
    Action, Role, Tag,
    domain::held,
    policy::{self, Proof},
    sync::rescue::Rescued,
};
use wasm_bindgen_futures::spawn_local;

use self::{connections::Connections, devices::Devices, passkeys::Passkeys, second::SecondStep};
use super::log::Part;
use crate::{
    components::{Dialog, Icon, Languages, Notice, Page, PageHead},
    db::use_db,
    i18n::tr,
    nav,
    parts::Protected,
    platform::{
        file,
        storage::{self, Keeping},
    },
    session,
    sync::{
        net::{self, Fault},
        oidc,
    },
};

/// Language, this device, and signing out.
#[component]
pub fn More() -> impl IntoView {
    let me = use_db().me();
    let name = me.name.clone();
    let title = nav::more_name(me.role);
    let (has_second, takes_passkey) = (me.role.proof() == Proof::Second, me.role.proof().takes_passkey());
    // Where nothing is kept, there is no device to speak of.
    let keeps = !session::keeps_nothing();
    let lead = move || format!("{} ({})", tr::auth_signed_in_as(name.clone()), nav::role_name(me.role));
    view! {
        <Page title=title name="more">
            <PageHead title=title lead=lead/>
            <section class="card stack" aria-labelledby="languages">
                <h2 id="languages">{tr::language_choose}</h2>
                <Languages/>
            </section>
            <HeldLink/>
            <StaffLink/>
            <ProtectedPersons role=me.role keeps/>
            {keeps.then(|| view! { <ThisDevice/> })}
            {(keeps && has_second).then(|| view! { <SecondStep/> })}
            {keeps.then(|| view! { <WaysIn/> })}
            {(keeps && takes_passkey).then(|| view! { <Passkeys/> })}
            {keeps.then(|| view! { <Devices/> })}
            <LogLink/>
            {keeps.then(|| view! { <TakeIn/> })}
            <SignOut/>
        </Page>
    }
}

/// What the browser promises of what is saved here, how to install, and sharing now.
#[component]
fn ThisDevice() -> impl IntoView {
    let db = use_db();
    let counts = db.counts();
    let sharing = move || match counts.get().0 {
        0 => tr::sync_all_shared(),
        count => tr::sync_waiting(count),
    };
    let is_any_unshared = Memo::new(move |_| counts.get() != (0, 0));
    let is_alone = db.is_alone();
    let keeping = move || match storage::keeping() {
        Keeping::ForGood => view! { <p>{tr::more_keeping_for_good}</p> }.into_any(),
        Keeping::Unknown => view! { <p>{tr::more_keeping_unknown}</p> }.into_any(),
        Keeping::AsLongAsItFits => view! {
            <Notice color="warning">
                <p>
                    <b>{tr::storage_not_persistent_title}</b>
                </p>
                <p>{tr::storage_not_persistent_todo}</p>
            </Notice>
        }
        .into_any(),
    };
    let install = (!storage::is_installed()).then(|| {
        view! {
            <details class="ds-details">
                <summary>{tr::more_install}</summary>
                <div>
                    <p>{tr::more_install_android}</p>
                    <p>{tr::more_install_iphone}</p>
                </div>
            </details>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="device">
            <h2 id="device">{tr::more_device}</h2>
            <p role="status">{sharing}</p>
            <div class="cluster">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    on:click=move |_| db.look()
                >
                    <Icon name="refresh"/>
                    {tr::outbox_share_now}
                </button>
                <Show when=move || is_any_unshared.get()>
                    <a class="ds-button" data-variant="tertiary" href="/outbox">
                        {tr::outbox_title}
                    </a>
                </Show>
            </div>
            <div class="stack">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="neutral"
                    on:click=move |_| db.stay_alone(!is_alone.get_untracked())
                >
                    <Icon name="offline"/>
                    {move || if is_alone.get() { tr::sync_alone_end() } else { tr::more_alone() }}
                </button>
                <p class="soft small">{tr::more_alone_what}</p>
            </div>
            {keeping}
            {install}
        </section>
    }
}

/// The providers outside by which she can sign in, where the centre has any.
#[component]
fn WaysIn() -> impl IntoView {
    let is_online = use_db().is_online();
    let has_some = RwSignal::new(false);
    Effect::new(move |_| {
        if !is_online.get() || has_some.get_untracked() {
            return;
        }
        spawn_local(async move {
            if oidc::providers().await.is_ok_and(|providers| !providers.is_empty()) {
                // The page may have been left meanwhile.
                let _ = has_some.try_set(true);
            }
        });
    });
    view! { <Show when=move || has_some.get()><Connections/></Show> }
}

/// The way to what waits for an answer, and how much of it there is.
#[component]
fn HeldLink() -> impl IntoView {
    let db = use_db();
    let may = Memo::new(move |_| db.can(Action::AnswerHeld, vec![Tag::people()]));
    let count = db.view(|view| Ok(held::waiting(view)?.len()));
    view! {
        <Show when=move || may.get()>
            <section class="card stack" aria-labelledby="held">
                <h2 id="held">{tr::held_title}</h2>
                <p>{move || tr::held_count(count.get().unwrap_or_default())}</p>
                <Show when=move || count.get().is_some_and(|count| count > 0)>
                    <div class="cluster">
                        <a class="ds-button" data-variant="secondary" href="/held">
                            <Icon name="help"/>
                            {tr::held_open}
                        </a>
                    </div>
                </Show>
            </section>
        </Show>
    }
}

/// The way to the log, by what of it she sees.
#[component]
fn LogLink() -> impl IntoView {
    let part = Memo::new(|_| Part::now());
    view! {
        <section class="card stack" aria-labelledby="log">
            <h2 id="log">{move || part.get().title()}</h2>
            <p>{move || part.get().lead()}</p>
            <div class="cluster">
                <a class="ds-button" data-variant="secondary" href="/log">
                    <Icon name="history"/>
                    {tr::log_open}
                </a>
            </div>
        </section>
    }
}

/// The way to open protected persons, for those who may be named for one; where nothing is kept, the broken glass.
#[component]
fn ProtectedPersons(role: Role, keeps: bool) -> impl IntoView {
    let db = use_db();
    let may_break = Memo::new(move |_| db.can(Action::BreakGlass, vec![Tag::staff()]));
    if !keeps {
        return view! { <Show when=move || may_break.get()>{Protected::BreakGlass.show()}</Show> }.into_any();
    }
    let link = policy::may_be_contact(role).then(|| {
        view! {
            <section class="card stack" aria-labelledby="protected">
                <h2 id="protected">{tr::shield_title}</h2>
                <p>{tr::online_lead}</p>
                <div class="cluster">
                    // Loaded anew: that page looks at nothing that lies here.
                    <a class="ds-button" data-variant="secondary" href="/online" rel="external">
                        <Icon name="eye-off"/>
                        {tr::online_title}
                    </a>
                </div>
            </section>
        }
    });
    link.into_any()
}

/// The way to colleagues and their access, for those who may invite.
#[component]
fn StaffLink() -> impl IntoView {
    let db = use_db();
    let may = Memo::new(move |_| db.can(Action::InviteStaff, vec![Tag::staff()]));
    view! {
        <Show when=move || may.get()>
            <section class="card stack" aria-labelledby="staff">
                <h2 id="staff">{tr::staff_title}</h2>
                <p>{tr::staff_lead}</p>
                <div class="cluster">
                    <a class="ds-button" data-variant="secondary" href="/staff">
                        <Icon name="people"/>
                        {tr::staff_open}
                    </a>
                </div>
            </section>
        </Show>
    }
}

/// At a desk: takes in what somebody's device could not share.
#[component]
fn TakeIn() -> impl IntoView {
    let db = use_db();
    let may = Memo::new(move |_| db.can(Action::TakeInQueue, vec![Tag::public()]));
    let field = NodeRef::<Input>::new();
    let done = RwSignal::new(None::<Result<Rescued, Fault>>);
    let take = move |_| {
        let Some(field) = field.get_untracked() else { return };
        done.set(None);
        spawn_local(async move {
            let taken = match file::chosen(&field).await {
                Some(text) => net::take_in(text).await,
                None => Err(Fault::Unreadable),
            };
            // So that the same file can be chosen again.
            field.set_value("");
            // The page may have been left meanwhile.
            let _ = done.try_set(Some(taken));
        });
    };
    let said = move || {
        done.get().map(|done| match done {
            Ok(Rescued { applied, held, refused, waiting: 0 }) => {
                let held = (held > 0).then(|| view! { <p>{tr::more_rescue_held(held)}</p> });
                view! {
                    <Notice color="success">
                        <p>{tr::more_rescue_done(applied, refused)}</p>
                        {held}
                    </Notice>
                }
                .into_any()
            }
            Ok(Rescued { .. }) => {
                view! { <Notice color="warning" alert=true>{tr::more_rescue_waiting}</Notice> }.into_any()
            }
            Err(fault) => {
                let said = match fault {
                    Fault::Unreadable => tr::more_rescue_unreadable(),
                    Fault::Unreachable => tr::more_rescue_needs_network(),
                    _ => tr::fault_not_saved(),
                };
                view! { <Notice color="danger" alert=true>{said}</Notice> }.into_any()
            }
        })
    };
    view! {
        <Show when=move || may.get()>
            <section class="card stack" aria-labelledby="take-in">
                <h2 id="take-in">{tr::more_rescue}</h2>
                <p id="take-in-what">{tr::more_rescue_what}</p>
                <label class="ds-button file-button" data-variant="secondary">
                    <input
                        type="file"
                        class="ds-sr-only"
                        accept="application/json,.json"
                        aria-describedby="take-in-what"
                        node_ref=field
                        on:change=take
                    />
                    {tr::more_rescue_file}
                </label>
                {said}
            </section>
        </Show>
    }
}

/// Signs out. Asks first only when something would be lost.
#[component]
fn SignOut() -> impl IntoView {
    let db = use_db();
    let counts = db.counts();
    let count = Memo::new(move |_| counts.get().0 + counts.get().1);
    let asks = RwSignal::new(false);
    let is_leaving = RwSignal::new(false);
    let leave = move || {
        is_leaving.set(true);
        spawn_local(session::sign_out());
    };
    let tapped = move |_| if count.get_untracked() == 0 { leave() } else { asks.set(true) };
    view! {
        {(!session::keeps_nothing()).then(|| view! { <p class="soft small">{tr::more_sign_out_what}</p> })}
        <button
            type="button"
            class="ds-button"
            data-variant="tertiary"
            data-color="neutral"
            data-wide=""
            disabled=move || is_leaving.get()
            on:click=tapped
        >
            <Icon name="leave" directional=true/>
            {tr::auth_sign_out}
        </button>
        <Dialog open=asks title=tr::auth_sign_out lead=move || tr::more_sign_out_loses(count.get())>
            <div class="actions">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    data-color="danger"
                    on:click=move |_| leave()
                >
                    {tr::more_sign_out_anyway}
                </button>
                <button
                    type="button"
                    class="ds-button"
                    on:click=move |_| {
                        db.look();
                        asks.set(false);
                    }
                >
                    {tr::outbox_share_now}
                </button>
            </div>
        </Dialog>
    }
}
