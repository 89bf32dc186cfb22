//! Pages of signing in, of one's own sign-in, and of users and teams.

mod account;
mod authenticator;
mod code;
mod keep;
mod parts;
mod set_up;
mod sign_in;
mod team;
mod user;
mod user_forms;
mod users;

use axum::http::HeaderMap;

use super::throttle::Throttle;
use crate::{
    policy::Action::{ManageOwnSignIn, ManageTeams, ManageUsers, Public},
    web::{Form, Path, Request, Route},
};

/// The routes. Those that try a password or a code count it against the caller's address first.
pub(super) fn routes(throttle: &Throttle) -> Vec<Route> {
    let mut routes = vec![
        Route::get("/", Public, sign_in::start),
        Route::get("/sign-in", Public, sign_in::form),
        Route::get("/sign-in/code", Public, code::form),
        Route::get("/sign-out", Public, sign_in::out_form),
        Route::post("/sign-out", Public, sign_in::out),
        Route::get("/set-up/{token}", Public, set_up::form),
        Route::get("/set-up/{token}/code", Public, set_up::code_form),
        Route::post("/session/stay", ManageOwnSignIn, keep::stay),
        Route::post("/session/draft", ManageOwnSignIn, keep::draft),
        Route::get("/account", ManageOwnSignIn, account::show),
        Route::get("/account/password", ManageOwnSignIn, account::password_form),
        Route::get("/account/recovery-codes", ManageOwnSignIn, account::codes_form),
        Route::get("/account/authenticator", ManageOwnSignIn, authenticator::form),
        Route::post("/account/sessions/{id}/end", ManageOwnSignIn, account::end_session),
        Route::get("/users", ManageUsers, users::list),
        Route::get("/users/new", ManageUsers, users::new_form),
        Route::post("/users/new", ManageUsers, users::create),
        Route::get("/users/{id}", ManageUsers, user::show),
        Route::post("/users/{id}/suspend", ManageUsers, user::suspend),
        Route::post("/users/{id}/restore", ManageUsers, user::restore),
        Route::post("/users/{id}/unlock", ManageUsers, user::unlock),
        Route::post("/users/{id}/reset", ManageUsers, user::reset),
        Route::get("/users/{id}/roles/new", ManageUsers, user_forms::role_form),
        Route::post("/users/{id}/roles/new", ManageUsers, user_forms::give_role),
        Route::post("/users/{id}/roles/{grant}/end", ManageUsers, user::end_role),
        Route::get("/users/{id}/teams/new", ManageTeams, user_forms::team_form),
        Route::post("/users/{id}/teams/new", ManageTeams, user_forms::add_team),
        Route::post("/users/{id}/teams/{membership}/end", ManageTeams, user::end_team),
        Route::get("/users/{id}/schools/new", ManageTeams, user_forms::school_form),
        Route::post("/users/{id}/schools/new", ManageTeams, user_forms::second),
        Route::post("/users/{id}/schools/{secondment}/end", ManageTeams, user::end_school),
        Route::get("/teams", ManageTeams, team::list),
        Route::get("/teams/new", ManageTeams, team::new_form),
        Route::post("/teams/new", ManageTeams, team::create),
        Route::get("/teams/{id}", ManageTeams, team::show),
        Route::post("/teams/{id}/members/{membership}/end", ManageTeams, team::end_member),
    ];
    routes.extend(throttled(throttle));
    routes
}

/// The routes that try something secret.
fn throttled(throttle: &Throttle) -> [Route; 8] {
    let [one, two, three, four, five, six, seven, eight] = std::array::from_fn(|_| throttle.clone());
    [
        Route::post("/sign-in", Public, async move |request: Request, form: Form| {
            one.attempt(request.org.slug(), &request.remote)?;
            sign_in::submit(request, form).await
        }),
        Route::post(
            "/sign-in/code",
            Public,
            async move |request: Request, headers: HeaderMap, form: Form| {
                two.attempt(request.org.slug(), &request.remote)?;
                code::submit(request, headers, form).await
            },
        ),
        Route::post(
            "/set-up/{token}",
            Public,
            async move |request: Request, path: Path<String>, form: Form| {
                three.attempt(request.org.slug(), &request.remote)?;
                set_up::choose_password(request, path, form).await
            },
        ),
        Route::post(
            "/set-up/{token}/code",
            Public,
            async move |request: Request, path: Path<String>, form: Form| {
                four.attempt(request.org.slug(), &request.remote)?;
                set_up::confirm(request, path, form).await
            },
        ),
        Route::post("/account/password", ManageOwnSignIn, async move |request: Request, form: Form| {
            five.attempt(request.org.slug(), &request.remote)?;
            account::change_password(request, form).await
        }),
        Route::post("/account/recovery-codes", ManageOwnSignIn, async move |request: Request, form: Form| {
            six.attempt(request.org.slug(), &request.remote)?;
            account::new_codes(request, form).await
        }),
        Route::post("/account/authenticator", ManageOwnSignIn, async move |request: Request, form: Form| {
            seven.attempt(request.org.slug(), &request.remote)?;
            authenticator::offer(request, form).await
        }),
        Route::post(
            "/account/authenticator/code",
            ManageOwnSignIn,
            async move |request: Request, form: Form| {
                eight.attempt(request.org.slug(), &request.remote)?;
                authenticator::confirm(request, form).await
            },
        ),
    ]
}
