"""What a moderator hands on to who administers a platform: what is wrong, and what exactly to switch on there."""

from __future__ import annotations

from collections.abc import Sequence

from console.words import _

# What makes a WordPress recognise an application password in time for BuddyPress.
RECOGNISING_FILE = """\
<?php
add_filter( 'application_password_is_api_request', function ( $is_one ) {
    $path = (string) parse_url( $_SERVER['REQUEST_URI'] ?? '', PHP_URL_PATH );
    return $is_one || isset( $_GET['rest_route'] ) || false !== strpos( $path, '/' . rest_get_url_prefix() . '/' );
} );
"""


def to_do(code: str) -> str:
    """What an administrator does about a finding or an error of this code; "" where they have nothing to do with it."""
    if code == "not_recognised":
        return _("Add the file wp-content/mu-plugins/luisterpost.php with these lines:") + "\n\n" + RECOGNISING_FILE
    return {
        "humhub_moderates": _(
            "Make the account administrator of the spaces where it moderates: in each space, Members, its role."
        ),
        "no_consent": _(
            "In the Microsoft Entra admin center, give the app of Luisterpost the delegated permissions that it asks for, and grant consent for the organisation: for Viva Engage ‘access_as_user’ of Yammer, for mail ‘IMAP.AccessAsUser.All’ and ‘SMTP.Send’ of Exchange Online."
        ),
        "google_no_app": _(
            "In the Google Cloud console, make an OAuth client of the type for desktop apps in a project with the scope https://mail.google.com/. In Google Workspace choose ‘Internal’ as its audience: then Google needs no review of it."
        ),
        "yammer_reports": _(
            "In the admin centre of Viva Engage, let reports of conversations be mailed to an address that moderators read."
        ),
        "mail_no_proof": _(
            "Have the mail server that receives this mailbox check DKIM and DMARC, and write the outcome into each mail as Authentication-Results, under its own name."
        ),
        "spaces": _("Make the account a member of the spaces it should follow."),
        "cannot_moderate": _("Give the account the role Editor."),
        "matrix_no_reports": _(
            "Give an access token of a server administrator's account, best one made for this alone. It is used for reading and settling reports."
        ),
        "not_admin": _("Give an access token of an account that is server administrator."),
        "admin_token_dead": _("Give a new access token of a server administrator's account."),
        "humhub_no_api": _(
            "Install the module ‘RESTful API’ (Administration, Modules) and switch on pretty URLs."
        ),
        "humhub_bad_token": _(
            "In the settings of the module ‘RESTful API’, switch on bearer tokens and make a new one for the account."
        ),
        "humhub_not_enabled": _("In the settings of the module ‘RESTful API’, add the account to those that may use it."),
        "humhub_no_method": _(
            "In the settings of the module ‘RESTful API’, switch on JWT or Basic for the account, or give a bearer token."
        ),
        "page_unread": _(
            "Make a new token of the system user, with these permissions: pages_show_list, pages_read_engagement, pages_read_user_content, pages_manage_engagement and, for private answers, pages_messaging."
        ),
        "page_none": _("Give the system user, or who makes the token, the Page with the role that moderates it."),
        "page_role": _("Give who makes the token a role on the Page that may answer and moderate, and make a new token."),
        "facebook_needs_proof": _("In the settings of the app at Meta (Advanced), switch off ‘Require app secret’."),
        "facebook_not_private": _("Make a new token that has the permission pages_messaging too."),
        "token_ends_soon": _("Make a new token before that day. One of a system user can be made without an end."),
        "no_rest": _("Open the REST API for people who are signed in; a security plugin may have closed it."),
        "no_app_passwords": _("Switch on application passwords; a security plugin may have switched them off."),
        "password_not_received": _("Have the web server pass the Authorization header on to PHP."),
        "cert_expired": _("Renew the server's certificate."),
        "cert_untrusted": _("Give the server a certificate that computers trust, with those in between."),
        "tls_failed": _("Have the server offer TLS 1.2 or later."),
    }.get(code, "")  # fmt: skip


def explanation(title: str, url: str, us: str, asked: Sequence[tuple[str, str]], *, works: bool) -> str:
    """A text to send, without any secret. `asked` are what was found and what to do about it; `us` may be unknown."""
    account = _("Account: {name}").format(name=us) if us else ""
    begins = (
        _("I connect {platform} to Luisterpost, our console for moderators. That works, but for all of it I need your help.").format(platform=title)
        if works
        else _("I want to connect {platform} to Luisterpost, our console for moderators. That doesn't work yet, and I need your help.").format(platform=title)
    )  # fmt: skip
    parts = [begins, "\n".join(filter(None, [url, account]))]
    parts += [f"{found}\n{todo}" for found, todo in asked]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"
