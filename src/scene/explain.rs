//! The sentence: what is happening now, or why nothing is.
//!
//! Form: effect ← rule ← root cause, across actors, with the field that is responsible and the way out if there is one.

use crate::object::Key;

/// What the cluster is doing at a moment, or waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence {
    /// Its text, piece by piece.
    pub parts: Vec<Part>,
    /// The rule behind it.
    pub rule: Option<Rule>,
    /// The object it is about: where the controller's marker stands.
    pub object: Option<Key>,
    /// The field that is responsible.
    pub field: Option<Field>,
    /// What a person can do about it.
    pub way_out: Option<WayOut>,
    /// How it stands.
    pub tone: Tone,
}

/// A piece of the sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Words.
    Text(String),
    /// The name of an object, which can be selected.
    Object(Key),
    /// The name of a rule or field, or a value: set in the monospaced face.
    Code(String),
}

/// A rule of Kubernetes by the word that its documentation uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is the word itself")]
pub enum Rule {
    OrderedReady,
    Parallel,
    RollingUpdate,
    OnDelete,
    Partition,
    MinReadySeconds,
    TerminationGracePeriod,
    RetentionPolicy,
    Scheduling,
    VolumeBinding,
    VolumeAttachment,
    ImagePull,
    RestartPolicy,
    Probe,
    NodeLifecycle,
    GarbageCollection,
    Finalizer,
    Admission,
    Limit,
}

impl Rule {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Rule::OrderedReady => "OrderedReady",
            Rule::Parallel => "Parallel",
            Rule::RollingUpdate => "RollingUpdate",
            Rule::OnDelete => "OnDelete",
            Rule::Partition => "partition",
            Rule::MinReadySeconds => "minReadySeconds",
            Rule::TerminationGracePeriod => "terminationGracePeriodSeconds",
            Rule::RetentionPolicy => "persistentVolumeClaimRetentionPolicy",
            Rule::Scheduling => "scheduling",
            Rule::VolumeBinding => "volumeBindingMode",
            Rule::VolumeAttachment => "attach",
            Rule::ImagePull => "image",
            Rule::RestartPolicy => "restartPolicy",
            Rule::Probe => "probe",
            Rule::NodeLifecycle => "node",
            Rule::GarbageCollection => "ownerReferences",
            Rule::Finalizer => "finalizers",
            Rule::Admission => "admission",
            Rule::Limit => "limit",
        }
    }
}

/// A field of an object in the cluster, and perhaps in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The object.
    pub object: Key,
    /// The path as the API server writes it: `spec.template.spec.containers[0].image`.
    pub path: String,
}

/// A way out, offered as a button.
#[derive(Clone, Debug, PartialEq)]
pub struct WayOut {
    /// What the button says.
    pub label: String,
    /// What it does.
    pub remedy: Remedy,
}

/// What a person can do about what blocks.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// Delete the pod; `force` does not wait for its kubelet.
    DeletePod {
        /// The pod.
        pod: Key,
        /// Whether to remove the object at once.
        force: bool,
    },
    /// End what was broken.
    EndFault(Key),
    /// Show the field in the text.
    ShowField(Field),
}

/// How it stands: word, shape and colour of the sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// All is as wanted.
    #[default]
    Calm,
    /// On the way.
    Busy,
    /// It waits for a person, or for time that a rule asks for.
    Waiting,
    /// Something is broken.
    Broken,
}

impl Sentence {
    /// The whole text.
    pub fn text(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) | Part::Code(text) => text.as_str(),
                Part::Object(key) => key.name.as_ref(),
            })
            .collect()
    }
}
