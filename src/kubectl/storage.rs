//! Facts about storage that tables and describers print (`kubectl/pkg/util/storage/storage.go`).

/// The annotation that makes a StorageClass the default (`IsDefaultStorageClassAnnotation`).
pub const IS_DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// Access modes in their short form and in a fixed order (`GetAccessModesAsString`).
pub fn access_modes(modes: &[&str]) -> String {
    let known = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let short: Vec<&str> = known
        .iter()
        .filter(|(mode, _)| modes.contains(mode))
        .map(|(_, short)| *short)
        .collect();
    short.join(",")
}
