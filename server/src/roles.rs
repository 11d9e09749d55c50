//! What a process does. One does everything; several share the work over one PostgreSQL.

use clap::ValueEnum;

/// A part of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Answers requests, and serves the web app
    Api,
    /// Hands on events, runs jobs and keeps house
    Worker,
    /// Keeps sockets and streams
    Realtime,
    /// Keeps accounts of messengers connected
    Telegram,
}

/// A service. What it handles and what jobs it runs begin with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// Accounts, sessions, organizations
    Identity,
    /// Contacts, companies, notes, imports
    Crm,
    /// Pipelines and deals
    Pipeline,
    /// What people are told of, and how
    Notifications,
    /// Webhooks, and what is sent to them
    Webhooks,
    /// Accounts of messengers
    BdAccounts,
    /// Chats, their messages, and what is to be sent
    Messaging,
    /// E-mail to people
    Mail,
    /// Who did what
    Audit,
    /// Messages to many, until they answer
    Campaigns,
}

impl Service {
    const ALL: [Self; 10] = [
        Self::Identity,
        Self::Crm,
        Self::Pipeline,
        Self::Notifications,
        Self::Webhooks,
        Self::BdAccounts,
        Self::Messaging,
        Self::Mail,
        Self::Audit,
        Self::Campaigns,
    ];

    /// Whose this handler or job is.
    fn of(name: &str) -> Option<Self> {
        let (service, _) = name.split_once('.')?;
        Self::from_str(service, false).ok()
    }
}

/// The part of the work that one process does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    pub api: bool,
    pub worker: bool,
    pub realtime: bool,
    pub telegram: bool,
    services: Vec<Service>,
}

impl Roles {
    /// What an embedded database asks for.
    pub fn all() -> Self {
        Self::of(&[], &[])
    }

    /// These; all of them when none is named.
    pub fn of(roles: &[Role], services: &[Service]) -> Self {
        let has = |role| roles.is_empty() || roles.contains(&role);
        let services = if services.is_empty() { Service::ALL.to_vec() } else { services.to_vec() };
        Self {
            api: has(Role::Api),
            worker: has(Role::Worker),
            realtime: has(Role::Realtime),
            telegram: has(Role::Telegram),
            services,
        }
    }

    /// Whether a service is served here.
    pub fn serve(&self, service: Service) -> bool {
        self.services.contains(&service)
    }

    /// Whether every service is served here.
    pub fn serve_everything(&self) -> bool {
        Service::ALL.iter().all(|service| self.serve(*service))
    }

    /// Whether a handler or a job is done here, by its name.
    pub fn do_work(&self, name: &str) -> bool {
        Service::of(name).is_none_or(|service| self.serve(service))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_named_means_all() {
        let all = Roles::of(&[], &[]);
        assert!(all.api && all.worker && all.realtime && all.telegram && all.serve_everything());
        let worker = Roles::of(&[Role::Worker], &[Service::Crm]);
        assert!(!worker.api && worker.worker && !worker.realtime && !worker.telegram && !worker.serve_everything());
    }

    #[test]
    fn work_belongs_to_the_service_it_is_named_after() {
        let crm = Roles::of(&[], &[Service::Crm]);
        assert!(crm.do_work("crm.run_import"));
        assert!(!crm.do_work("pipeline.run_bulk"));
        let accounts = Roles::of(&[Role::Worker], &[Service::BdAccounts]);
        assert!(accounts.do_work("bd-accounts.log_out") && !accounts.do_work("crm.run_import"));
    }
}
