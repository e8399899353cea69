//! Which slice contains the endpoint of which pod.

use imbl::OrdMap;

use super::slice;
use crate::object::{Key, Kind, Object};
use crate::store::World;

/// The slices that the controller manages. Everything here can be read from the world.
#[derive(Clone, Debug, Default)]
pub struct EndpointSlices {
    /// By pod: the slice that contains its endpoint, for each Service that selects it.
    slices_of_pods: OrdMap<Key, OrdMap<Key, Key>>,
    /// By Service: its slices with their numbers of endpoints.
    counts: OrdMap<Key, OrdMap<Key, usize>>,
}

impl EndpointSlices {
    /// The Services with an endpoint for the pod.
    pub fn services_of(&self, pod: &Key) -> impl Iterator<Item = &Key> {
        self.slices_of_pods.get(pod).into_iter().flat_map(OrdMap::keys)
    }

    /// The slice that contains the endpoint of a pod for a Service.
    pub fn slice_of(&self, pod: &Key, service: &Key) -> Option<&Key> {
        self.slices_of_pods.get(pod)?.get(service)
    }

    /// The pods with an endpoint for a Service.
    pub fn pods_of(&self, service: &Key) -> Vec<Key> {
        self.slices_of_pods
            .iter()
            .filter(|(_, services)| services.contains_key(service))
            .map(|(pod, _)| pod.clone())
            .collect()
    }

    /// The slices of a Service.
    pub fn slices_of(&self, service: &Key) -> Vec<Key> {
        let slices = self.counts.get(service).into_iter();
        slices.flat_map(|slices| slices.keys().cloned()).collect()
    }

    /// The slices of a Service with fewer endpoints than `max`, each with its number of endpoints.
    pub fn slices_below(&self, service: &Key, max: usize) -> Vec<(Key, usize)> {
        let slices = self.counts.get(service).into_iter().flatten();
        slices
            .filter(|(_, count)| **count < max)
            .map(|(key, count)| (key.clone(), *count))
            .collect()
    }

    /// Forgets a Service with all its slices.
    pub fn forget_service(&mut self, service: &Key) {
        for pod in self.pods_of(service) {
            self.remove_from_pod(&pod, service);
        }
        self.counts.remove(service);
    }

    /// Reads the slices of a Service from the world.
    pub fn read(&mut self, world: &World, service: &Object) {
        let key = service.key();
        self.counts.insert(key.clone(), OrdMap::new());
        for slice in world
            .list(Kind::EndpointSlice)
            .filter(|slice| slice::belongs_to(slice, service))
        {
            let pods: Vec<Option<Key>> = slice::endpoints(slice).iter().map(slice::pod_of).collect();
            self.add_slice(&key, &slice.key(), pods.len());
            for pod in pods.into_iter().flatten() {
                self.set_slice_of(pod, &key, &slice.key());
            }
        }
    }

    /// Adds a slice with its number of endpoints.
    pub fn add_slice(&mut self, service: &Key, slice: &Key, count: usize) {
        let counts = self.counts.entry(service.clone()).or_default();
        counts.insert(slice.clone(), count);
    }

    /// Removes a slice without endpoints.
    pub fn remove_slice(&mut self, service: &Key, slice: &Key) {
        if let Some(counts) = self.counts.get_mut(service) {
            counts.remove(slice);
        }
    }

    /// Adds the endpoint of a pod to a slice that is in the index.
    pub fn add_endpoint(&mut self, pod: &Key, service: &Key, slice: &Key) {
        self.change_count(service, slice, 1);
        self.set_slice_of(pod.clone(), service, slice);
    }

    /// Removes the endpoint of a pod from its slice.
    pub fn remove_endpoint(&mut self, pod: &Key, service: &Key, slice: &Key) {
        self.remove_from_pod(pod, service);
        self.change_count(service, slice, -1);
    }

    /// Sets the slice that contains the endpoint of a pod, which the slice's count includes.
    pub fn set_slice_of(&mut self, pod: Key, service: &Key, slice: &Key) {
        let slices = self.slices_of_pods.entry(pod).or_default();
        slices.insert(service.clone(), slice.clone());
    }

    fn remove_from_pod(&mut self, pod: &Key, service: &Key) {
        if let Some(services) = self.slices_of_pods.get_mut(pod) {
            services.remove(service);
            if services.is_empty() {
                self.slices_of_pods.remove(pod);
            }
        }
    }

    fn change_count(&mut self, service: &Key, slice: &Key, delta: isize) {
        let counts = self.counts.get_mut(service);
        if let Some(count) = counts.and_then(|counts| counts.get_mut(slice)) {
            *count = count.saturating_add_signed(delta);
        }
    }
}
