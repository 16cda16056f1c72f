import Policy
import Routing
import Testing

@testable import Exchange

/// Artefacts in the published JSON formats, spec selection-learning §1.11.
@Suite struct TrainedArtifactTests {
    private func artifacts(_ files: [String: String]) -> TrainedArtifacts {
        var settings = TrainedSelectors()
        settings.nearestNeighbours.pretrainedPath = "knn.json"
        settings.clusters.pretrainedPath = "kmeans.json"
        settings.supportVectors.pretrainedPath = "svm.json"
        settings.perceptron.pretrainedPath = "mlp.json"
        return TrainedArtifacts(settings) { path in files[path].map { Array($0.utf8) } }
    }

    private let files = [
        "knn.json": """
        {"algorithm":"knn","trained":true,"k":1,"embeddings":[[1,0],[0,1]],"labels":["a","b"],
        "qualities":[0.9,0.8],"latencies":[1000000,2000000],"extra":{}}
        """,
        "kmeans.json": """
        {"algorithm":"kmeans","trained":true,"num_clusters":2,"centroids":[[1,0],[0,1]],"cluster_models":["a","b"]}
        """,
        "svm.json": """
        {"algorithm":"svm","trained":true,"model_names":["a","b"],"kernel_type":"Rbf","gamma":1.0,
        "rbf_classifiers":[{"model_name":"a","alpha":[1],"support_vectors":[[1,0]],"rho":0,"gamma":1},
        {"model_name":"b","alpha":[1],"support_vectors":[[0,1]],"rho":0}]}
        """,
        "mlp.json": """
        {"algorithm":"mlp","trained":true,"model_names":["a","b"],"feature_dim":2,"n_classes":2,"layers":[
        {"type":"linear","in_features":2,"out_features":2,"weight":[[1,0],[0,1]],"bias":[0,0]},{"type":"relu"},
        {"type":"batch_norm","num_features":2,"weight":[1,1],"bias":[0,0],"running_mean":[0,0],"running_var":[1,1],
        "eps":0},{"type":"dropout","p":0.1}]}
        """,
    ]

    @Test(arguments: ["knn", "kmeans", "svm", "mlp"]) func publishedFormatsLoadAndChoose(type: String) throws {
        let loaded = artifacts(files)
        #expect(loaded.problems.isEmpty)
        let selector = try #require(loaded.selectors[type])
        #expect(selector.dimension == 2)
        for (features, best) in [([0.9, 0.1] as [Float], "a"), ([0.1, 0.9], "b")] {
            #expect(selector.scores(features).max { $0.value < $1.value }?.key == best)
        }
    }

    @Test func whatIsMissingOrBrokenIsSaid() {
        var broken = files
        broken["knn.json"] = nil
        broken["kmeans.json"] = "no json"
        broken["svm.json"] = #"{"algorithm":"svm","trained":false}"#
        broken["mlp.json"] = files["mlp.json"]?.replacing(#""feature_dim":2"#, with: #""feature_dim":3"#)
        let loaded = artifacts(broken)
        #expect(loaded.selectors.isEmpty)
        #expect(loaded.problems["knn"] == "knn.json cannot be read")
        #expect(loaded.problems["kmeans"] == "kmeans.json is no JSON")
        #expect(loaded.problems["svm"] == "svm.json is no trained svm")
        #expect(loaded.problems["mlp"] == "mlp.json is no trained mlp")
    }

    @Test func aDecisionWithoutItsArtefactSaysSo() throws {
        let generation = try RouterFixture.generation(
            LearningFixture.policy().replacing(
                "modelRefs: [{model: medium}, {model: large}]",
                with: "modelRefs: [{model: medium}, {model: large}]\n      algorithm: {type: knn}"))
        #expect(generation.recipes[0].warnings.map(\.message).first?.contains("pretrained_path is not set") == true)
    }
}
