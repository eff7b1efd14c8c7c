//! `kestra access …`

use super::{
    Common, Failure,
    transfer::{Export, Import},
};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Access {
    /// Write all access of the instance as a document, without passwords and tokens
    Export(Export),
    /// Bring the instance to a document of access, or show what that takes
    Import(Import),
}

impl Access {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        match self {
            Self::Export(command) => command.run(common).await,
            Self::Import(command) => command.run(common).await,
        }
    }
}
