//! What is asked of an account by way of the database.

use std::{sync::Arc, time::Duration};

use ::telegram::Refused;
use serde_json::{Value, json};

use super::{dialogs, live::Live};
use crate::{
    Error,
    devices::requests::{self, DEVICES, DIALOGS, END_DEVICE, Request},
    telegram::Device,
};

const LOOKED_EVERY: Duration = Duration::from_secs(3);

pub(super) async fn answer(live: Arc<Live>) -> Result<(), Refused> {
    loop {
        match requests::open(&live.accounts().db.reader(&live.scope), &live.scope, live.id()).await {
            Ok(open) => {
                for request in open {
                    if let Err(error) = one(&live, request).await? {
                        tracing::error!(account = %live.id(), %error, "a question could not be answered");
                    }
                }
            }
            Err(error) => tracing::error!(account = %live.id(), %error, "questions could not be read"),
        }
        if !live.wait(&live.news.questions, LOOKED_EVERY).await {
            return Ok(());
        }
    }
}

/// The outer result ends the account, the inner one only this answer.
async fn one(live: &Live, request: Request) -> Result<Result<(), Error>, Refused> {
    let answer = match request.kind.as_str() {
        DIALOGS => match dialogs::refresh(live).await {
            Ok(found) => found.map(|()| json!({})),
            Err(error) => return Ok(Err(error)),
        },
        DEVICES => {
            live.connection.devices().await.map(|devices| json!(devices.into_iter().map(device).collect::<Vec<_>>()))
        }
        END_DEVICE => end_device(live, &request.payload).await,
        _ => Err(Refused::Other { code: 0, name: "UNKNOWN_QUESTION".to_owned() }),
    };
    let ends = answer.as_ref().err().filter(|refused| refused.ends_the_session()).cloned();
    let answer = answer.map_err(|refused| refused.to_string());
    let told = requests::answer(live.accounts(), &live.scope, request.id, answer).await;
    ends.map_or(Ok(told), Err)
}

fn device(device: ::telegram::Device) -> Device {
    Device {
        hash: device.hash.to_string(),
        device: device.name,
        app: device.app,
        country: Some(device.country).filter(|country| !country.is_empty()),
        current: device.current,
        last_active_at: Some(device.last_active_at),
    }
}

async fn end_device(live: &Live, payload: &Value) -> Result<Value, Refused> {
    let hash = payload["hash"].as_str().and_then(|hash| hash.parse().ok());
    let hash = hash.ok_or_else(|| Refused::Other { code: 0, name: "NO_DEVICE_NAMED".to_owned() })?;
    live.connection.terminate_device(hash).await?;
    Ok(json!({}))
}
