use practice_domain::member::Role;
use practice_domain::port::Fault;
use practice_domain::role::{Permissions, RoleDefinition};
use practice_domain::value::RoleName;

use crate::row::{Cells, Value};

impl Value for RoleDefinition {
    const WHAT: &str = "role";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            practice: cells.id()?,
            role: cells.role()?,
            version: cells.version()?,
            name: RoleName::parse(cells.next()?).map_err(|error| Fault::corrupt("role", error))?,
            permissions: Permissions::parse(cells.next()?).map_err(|error| Fault::corrupt("role", error))?,
            removed_at: cells.optional_time()?,
        })
    }
}

impl Cells<'_> {
    pub(crate) fn role(&mut self) -> Result<Role, Fault> {
        let what = self.what;
        let code: &str = self.next()?;
        Role::with_code(code).ok_or_else(|| Fault::corrupt(what, format!("unknown role {code:?}")))
    }

    pub(crate) fn optional_permissions(&mut self) -> Result<Option<Permissions>, Fault> {
        let what = self.what;
        let codes: Option<&str> = self.next()?;
        codes.map(Permissions::parse).transpose().map_err(|error| Fault::corrupt(what, error))
    }
}
