//! Receipts: added, and read back.

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use platform::web::{
    Errors, Form, Outcome, Path, Request,
    upload::{Upload, UploadError},
};
use uuid::Uuid;

use super::{form::paper_of, pieces::why, request::show};
use crate::spend::{
    model::PAPER_BYTES_MAX,
    service::{self, look_at_paper},
};

pub(super) async fn add_paper(request: Request, Path(id): Path<Uuid>, upload: Upload) -> Outcome {
    let mut errors = Errors::new();
    match upload.receive(&request.org.folder.join("uploads"), PAPER_BYTES_MAX).await {
        Ok(received) => match received.file.as_ref().map(paper_of) {
            None => errors.add("receipt", "Choose a photo or a PDF"),
            Some(Err(why)) => errors.add("receipt", why),
            Some(Ok(paper)) => match service::add_paper(&request, id, &paper).await {
                Ok(()) => return Ok(request.redirect(&format!("/budgets/requests/{id}?done=paper"))),
                Err(error) => errors.add("receipt", why(error)?),
            },
        },
        Err(error @ UploadError::Store(_)) => return Err(error.into()),
        Err(error) => errors.add("receipt", error.words()),
    }
    show(&request, id, &Form::default(), &errors).await
}

/// A receipt, read back: a photo as a picture, anything else as a file to save. It has no scripts to run: the browser is
/// told what it is and not to guess, and no other page may hold it.
pub(super) async fn paper(request: Request, Path(id): Path<Uuid>) -> Outcome {
    let (paper, kind, content) = look_at_paper(&request, id).await?;
    let how = if kind.is_picture() { "inline" } else { "attachment" };
    let name = format!("{how}; filename=\"receipt-{}.{}\"", paper.seq, kind.ending());
    let headers = [
        (header::CONTENT_TYPE, kind.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    let answer: Response = (headers, content).into_response();
    Ok(answer)
}
