//! Which fields exist, their types in the API and in Go, and which of them the simulator acts on.
//!
//! The table is generated (`tools/schema`) and committed as text; it is read once, at the first question.

mod complete;
mod lines;
mod table;

use std::sync::OnceLock;

use crate::object::Kind;

pub use complete::{Hover, Item, complete, describe};
pub use table::{Field, Merge, Shape, Type, TypeId};

/// The type of a kind's documents; none for what is not an API kind.
pub fn kind(kind: Kind) -> Option<&'static Type> {
    named(kind.info().name)
}

/// A type by its Go name, such as `PodSpec`; types of one name in two packages carry theirs (`discovery.EndpointPort`).
pub fn named(name: &str) -> Option<&'static Type> {
    let types = types();
    let i = types.binary_search_by(|of| of.name.cmp(name)).ok()?;
    types.get(i)
}

/// What stands at a path in documents of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The type that has the field.
    pub owner: &'static Type,
    /// The field.
    pub field: &'static Field,
    /// The shape at the path itself: the field's own, or that of its elements.
    pub shape: &'static Shape,
}

/// What stands at `path`, whose parts are field names and, for elements of lists and maps, anything.
pub fn at(of: Kind, path: &[impl AsRef<str>]) -> Option<Place> {
    let mut owner = kind(of)?;
    let mut place: Option<Place> = None;
    for part in path {
        let inside = place.map(|place| place.shape);
        place = match inside {
            Some(Shape::List(element) | Shape::Map(element)) => place.map(|place| Place {
                shape: element,
                ..place
            }),
            Some(Shape::Object(id)) => {
                owner = id.get();
                Place::of(owner, part.as_ref())
            }
            Some(_) => None,
            None => Place::of(owner, part.as_ref()),
        };
        place?;
    }
    place
}

impl Place {
    /// The place of a field.
    pub fn of(owner: &'static Type, name: &str) -> Option<Place> {
        let field = owner.field(name)?;
        let shape = &field.shape;
        Some(Place { owner, field, shape })
    }

    /// The type of the object at this place, if it holds one.
    pub fn object(&self) -> Option<&'static Type> {
        match self.shape {
            Shape::Object(id) => Some(id.get()),
            _ => None,
        }
    }

    /// The Go type of what stands here, as Go's JSON decoder prints it.
    pub fn go_type(&self) -> String {
        self.field.go_type(self.shape)
    }
}

fn types() -> &'static [Type] {
    static TYPES: OnceLock<Vec<Type>> = OnceLock::new();
    TYPES.get_or_init(|| table::read(include_str!("table.txt")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::kind::KINDS;

    #[test]
    fn every_kind_has_its_type() {
        for info in KINDS.iter().filter(|info| info.kind != Kind::Fault) {
            let of = kind(info.kind).expect(info.name);
            assert!(of.field("metadata").is_some(), "{}", info.name);
        }
    }

    #[test]
    fn every_named_type_exists_and_the_table_is_sorted() {
        assert!(types().windows(2).all(|pair| pair[0].name < pair[1].name));
        for of in types() {
            assert!(
                of.fields.windows(2).all(|pair| pair[0].name < pair[1].name),
                "{}",
                of.name
            );
        }
    }

    #[track_caller]
    fn check_go(path: &str, owner: &str, go: &str) {
        let path: Vec<&str> = path.split('.').collect();
        let place = at(Kind::StatefulSet, &path).expect("the path exists");
        assert_eq!((place.owner.go_name(), place.go_type().as_str()), (owner, go));
    }

    #[test]
    fn places_know_their_go_types() {
        check_go("spec.replicas", "StatefulSetSpec", "int32");
        check_go("spec", "StatefulSet", "v1.StatefulSetSpec");
        check_go(
            "spec.template.spec.containers.0.ports",
            "Container",
            "[]v1.ContainerPort",
        );
        check_go(
            "spec.template.spec.containers.0.ports.0",
            "Container",
            "v1.ContainerPort",
        );
        check_go("spec.selector.matchLabels", "LabelSelector", "map[string]string");
        check_go("spec.selector.matchLabels.app", "LabelSelector", "string");
        check_go(
            "spec.volumeClaimTemplates.0.spec.accessModes",
            "PersistentVolumeClaimSpec",
            "[]v1.PersistentVolumeAccessMode",
        );
        check_go(
            "spec.template.spec.containers.0.resources.limits",
            "ResourceRequirements",
            "v1.ResourceList",
        );
        check_go("metadata.uid", "ObjectMeta", "types.UID");
    }

    #[test]
    fn what_does_not_exist_has_no_place() {
        assert!(at(Kind::StatefulSet, &["spec", "replica"]).is_none());
        assert!(at(Kind::StatefulSet, &["spec", "replicas", "x"]).is_none());
        assert!(at(Kind::Fault, &["spec"]).is_none());
    }
}
