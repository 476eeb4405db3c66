//! Providers of models that follow a fault plan: some requests are answered with an error of the provider.

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::plan::FaultPlan;
use crate::domain::chat::ProviderState;
use crate::domain::failure::{Failure, FailureCode};
use crate::domain::trace::context::TraceContext;
use crate::providers::chat::{ChatProvider, ChatRequest, ChatStream, ModelInfo};
use crate::providers::endpoint::{Opened, Upstream};
use crate::providers::trouble::{Trouble, TroubleKind};

/// What such an error says.
const MESSAGE: &str = "a fault plan made this request fail";

/// A provider behind the router: another may be asked instead.
pub struct FaultyUpstream {
    /// The provider.
    pub inner: Arc<dyn Upstream>,
    /// The plan.
    pub plan: Arc<FaultPlan>,
}

#[async_trait]
impl Upstream for FaultyUpstream {
    async fn open(
        &self,
        model: &str,
        request: &ChatRequest,
        trace: Option<TraceContext>,
    ) -> Result<Opened, Trouble> {
        if self.plan.provider_fails() {
            return Err(Trouble::new(TroubleKind::Server, MESSAGE));
        }
        self.inner.open(model, request, trace).await
    }
}

/// The one provider of a node that has no router.
pub struct FaultyProvider {
    /// The provider.
    pub inner: Arc<dyn ChatProvider>,
    /// The plan.
    pub plan: Arc<FaultPlan>,
}

#[async_trait]
impl ChatProvider for FaultyProvider {
    async fn chat(
        &self,
        request: ChatRequest,
        stop: CancellationToken,
    ) -> Result<ChatStream, Failure> {
        if self.plan.provider_fails() {
            return Err(Failure::new(FailureCode::ProviderUnavailable, MESSAGE));
        }
        self.inner.chat(request, stop).await
    }

    fn models(&self) -> Vec<ModelInfo> {
        self.inner.models()
    }

    fn states(&self) -> Vec<ProviderState> {
        self.inner.states()
    }
}
