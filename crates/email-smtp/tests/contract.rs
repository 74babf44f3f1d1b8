//! `Smtp` keeps the contract of a mailer, whatever the server does.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::port::Mailer;
use practice_email_smtp::{Smtp, SmtpSettings, Tls};
use practice_testkit::contract::{PeerHarness, Turn, Wire};
use practice_testkit::mailer_contract;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

mailer_contract!(OverSmtp);

struct OverSmtp;

#[async_trait]
impl PeerHarness<dyn Mailer> for OverSmtp {
    async fn play(&self, turns: &[Turn]) -> Option<Wire<dyn Mailer>> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let letters = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&letters);
        let server = tokio::spawn(serve(listener, turns.to_vec(), letters));
        let arrived = move || kept.lock().expect("nobody panics with it").clone();
        let keep: Box<dyn Any + Send + Sync> = Box::new(server);
        Some(Wire { port: Arc::new(mailer(at)), arrived: Box::new(arrived), keep })
    }
}

async fn serve(listener: TcpListener, turns: Vec<Turn>, letters: Arc<Mutex<Vec<String>>>) {
    let mut turns = turns.into_iter();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let _ = session(BufReader::new(stream), &mut turns, &letters).await;
    }
}

/// One connection: a turn for each letter. Gives up the connection where the turn does.
async fn session(
    mut stream: BufReader<TcpStream>,
    turns: &mut impl Iterator<Item = Turn>,
    letters: &Mutex<Vec<String>>,
) -> Option<()> {
    say(&mut stream, "220 here").await?;
    loop {
        let line = hear(&mut stream).await?;
        match line.trim_end().split([' ', ':']).next().unwrap_or_default() {
            "DATA" => {
                let turn = turns.next()?;
                if turn == Turn::RefuseForNow {
                    say(&mut stream, "451 not now").await?;
                    continue;
                }
                say(&mut stream, "354 go on").await?;
                let letter = text(&mut stream).await?;
                match turn {
                    Turn::RefuseForGood => {
                        say(&mut stream, "550 never ann.perry@mail.example").await?;
                        continue;
                    }
                    Turn::FallSilent => std::future::pending().await,
                    Turn::Take | Turn::LoseAnswer | Turn::RefuseForNow => {}
                }
                letters.lock().expect("nobody panics with it").push(letter);
                if turn == Turn::LoseAnswer {
                    return None;
                }
                say(&mut stream, "250 kept").await?;
            }
            _ => say(&mut stream, "250 fine").await?,
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> Option<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await.ok()
}

async fn hear(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then_some(line)
}

async fn text(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut letter = String::new();
    loop {
        let line = hear(stream).await?;
        if line == ".\r\n" {
            return Some(letter);
        }
        letter.push_str(&line);
    }
}

fn mailer(at: SocketAddr) -> Smtp {
    let settings = SmtpSettings::new(at.ip().to_string(), at.port(), Tls::None, "no-reply@portal.example.com");
    Smtp::new(SmtpSettings { patience: Duration::from_secs(1), ..settings }).expect("fine")
}
