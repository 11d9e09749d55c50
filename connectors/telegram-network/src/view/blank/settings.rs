//! Answers about the network and accounts, with nothing set: the protocol has dozens of optional fields here, and a caller names the few it has.

use grammers_tl_types::{enums, types};

pub(crate) fn config() -> types::Config {
    types::Config {
        default_p2p_contacts: false,
        preload_featured_stickers: false,
        revoke_pm_inbox: false,
        blocked_mode: false,
        force_try_ipv6: false,
        date: 0,
        expires: 0,
        test_mode: false,
        this_dc: 0,
        dc_options: Vec::new(),
        dc_txt_domain_name: String::new(),
        chat_size_max: 0,
        megagroup_size_max: 0,
        forwarded_count_max: 0,
        online_update_period_ms: 0,
        offline_blur_timeout_ms: 0,
        offline_idle_timeout_ms: 0,
        online_cloud_timeout_ms: 0,
        notify_cloud_delay_ms: 0,
        notify_default_delay_ms: 0,
        push_chat_period_ms: 0,
        push_chat_limit: 0,
        edit_time_limit: 0,
        revoke_time_limit: 0,
        revoke_pm_time_limit: 0,
        rating_e_decay: 0,
        stickers_recent_limit: 0,
        channels_read_media_period: 0,
        tmp_sessions: None,
        call_receive_timeout_ms: 0,
        call_ring_timeout_ms: 0,
        call_connect_timeout_ms: 0,
        call_packet_timeout_ms: 0,
        me_url_prefix: String::new(),
        autoupdate_url_prefix: None,
        gif_search_username: None,
        venue_search_username: None,
        img_search_username: None,
        static_maps_provider: None,
        caption_length_max: 0,
        message_length_max: 0,
        webfile_dc_id: 0,
        suggested_lang_code: None,
        lang_pack_version: None,
        base_lang_pack_version: None,
        reactions_default: None,
        autologin_token: None,
    }
}

pub(crate) fn password(
    new_algo: enums::PasswordKdfAlgo,
    new_secure_algo: enums::SecurePasswordKdfAlgo,
) -> types::account::Password {
    types::account::Password {
        has_recovery: false,
        has_secure_values: false,
        has_password: false,
        current_algo: None,
        srp_b: None,
        srp_id: None,
        hint: None,
        email_unconfirmed_pattern: None,
        new_algo,
        new_secure_algo,
        secure_random: Vec::new(),
        pending_reset_date: None,
        login_email_pattern: None,
    }
}

pub(crate) fn authorization() -> types::Authorization {
    types::Authorization {
        current: false,
        official_app: false,
        password_pending: false,
        encrypted_requests_disabled: false,
        call_requests_disabled: false,
        unconfirmed: false,
        hash: 0,
        device_model: String::new(),
        platform: String::new(),
        system_version: String::new(),
        api_id: 0,
        app_name: String::new(),
        app_version: String::new(),
        date_created: 0,
        date_active: 0,
        ip: String::new(),
        country: String::new(),
        region: String::new(),
    }
}

pub(crate) fn dialog_filter(title: enums::TextWithEntities) -> types::DialogFilter {
    types::DialogFilter {
        contacts: false,
        non_contacts: false,
        groups: false,
        broadcasts: false,
        bots: false,
        exclude_muted: false,
        exclude_read: false,
        exclude_archived: false,
        title_noanimate: false,
        id: 0,
        title,
        emoticon: None,
        color: None,
        pinned_peers: Vec::new(),
        include_peers: Vec::new(),
        exclude_peers: Vec::new(),
    }
}
