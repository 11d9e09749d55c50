//! A network in a process of its own. The first line of its output says where it listens; then commands come in, one JSON
//! object in a line, and answers go out. It ends with its input.
//!
//! `telegram-network [--folder <folder>] [--seed <number>] [--listen <address>] [--control <address>] [--sandbox]`

use std::process::ExitCode;

use telegram_network::{Network, Options};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, stdin, stdout};

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = tokio::io::stderr().write_all(format!("telegram-network: {error}\n").as_bytes()).await;
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let network = Network::start(options(std::env::args().skip(1))?).await?;
    let mut out = stdout();
    let control = network.control().map(|address| format!(",\"control\":\"{address}\"")).unwrap_or_default();
    say(&mut out, format!("{{\"address\":\"{}\"{control}}}", network.address())).await?;
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        if !line.trim().is_empty() {
            say(&mut out, network.obey_line(&line)).await?;
        }
    }
    Ok(())
}

async fn say(out: &mut tokio::io::Stdout, mut line: String) -> std::io::Result<()> {
    line.push('\n');
    out.write_all(line.as_bytes()).await?;
    out.flush().await
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, Box<dyn std::error::Error>> {
    let mut options = Options::new(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--folder" => options.folder = Some(value()?.into()),
            "--seed" => options.seed = value()?.parse()?,
            "--sandbox" => options.sandbox = true,
            "--control" => options.control = Some(value()?.parse()?),
            "--listen" => options.listen = value()?.parse()?,
            _ => return Err(format!("{name} is not known").into()),
        }
    }
    Ok(options)
}
