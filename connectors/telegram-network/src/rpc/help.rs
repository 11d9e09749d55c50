//! What a client asks about the network itself.

use grammers_tl_types::{enums, functions as f, types};

use super::{Answer, Call};
use crate::view::{ATTACHED_DC, blank};

pub(super) fn get_config(call: &mut Call<'_>, _: f::help::GetConfig) -> Answer<enums::Config> {
    let date = call.core.now();
    let address = call.core.rules.address;
    let here = types::DcOption {
        ipv6: address.is_ipv6(),
        media_only: false,
        tcpo_only: false,
        cdn: false,
        r#static: true,
        this_port_only: false,
        id: ATTACHED_DC,
        ip_address: address.ip().to_string(),
        port: i32::from(address.port()),
        secret: None,
    };
    Ok(types::Config {
        date,
        expires: date.saturating_add(3600),
        this_dc: ATTACHED_DC,
        dc_options: vec![here.into()],
        chat_size_max: 200,
        megagroup_size_max: 200_000,
        forwarded_count_max: 100,
        edit_time_limit: 172_800,
        revoke_time_limit: i32::MAX,
        revoke_pm_time_limit: i32::MAX,
        caption_length_max: 1024,
        message_length_max: 4096,
        ..blank::config()
    }
    .into())
}

pub(super) fn get_nearest_dc(_: &mut Call<'_>, _: f::help::GetNearestDc) -> Answer<enums::NearestDc> {
    let country = "ZZ".to_owned();
    Ok(types::NearestDc { country, this_dc: ATTACHED_DC, nearest_dc: ATTACHED_DC }.into())
}

pub(super) fn get_app_config(_: &mut Call<'_>, _: f::help::GetAppConfig) -> Answer<enums::help::AppConfig> {
    let config = types::JsonObject { value: Vec::new() };
    Ok(types::help::AppConfig { hash: 1, config: config.into() }.into())
}
